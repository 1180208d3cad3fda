/** Tests that need a real mosquitto. */
import { MOSQUITTO_PROGRAM } from '../../deploy/local-fleet/mosquitto.js';
import { describeNeeding } from './program.js';

export const describeWithMosquitto = describeNeeding(MOSQUITTO_PROGRAM);

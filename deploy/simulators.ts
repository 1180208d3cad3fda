/**
 * Starts the payment providers' simulators, for every provider whose URL is not configured. They let orders be paid without money,
 * so in production they start only where they are asked for by name.
 */
import { join } from 'node:path';
import type { Config } from '../platform/config.js';
import { startMidtransSimulator } from '../subgraphs/payment/simulators/midtrans.js';
import { startXenditSimulator } from '../subgraphs/payment/simulators/xendit.js';
import type { Lifetime } from './lifetime.js';

export interface SimulatorPlaces {
  /** Address that the simulators listen on. */
  readonly host: string;
  /** 0 for any free one. */
  readonly midtransPort: number;
  readonly xenditPort: number;
  /** Where callbacks go: the gateway's origin, such as http://localhost:4000 */
  readonly callbackOrigin: string;
}

/** @returns the configuration with the simulators' addresses filled in. */
export async function startSimulators(
  config: Config,
  places: SimulatorPlaces,
  lifetime: Lifetime,
): Promise<Config> {
  let simulated = config;
  const { host, callbackOrigin } = places;
  const why = 'the simulator refuses requests without it';
  if (config.value('MIDTRANS_BASE_URL') === undefined) {
    const { url } = lifetime.keep(
      await startMidtransSimulator({
        host,
        port: places.midtransPort,
        notifyUrl: `${callbackOrigin}/webhooks/midtrans`,
        stateFile: join(config.dataDirectory, 'midtrans-simulator.json'),
        serverKey: config.required('MIDTRANS_SERVER_KEY', why),
      }),
    );
    simulated = simulated.with({ MIDTRANS_BASE_URL: url });
  }
  if (config.value('XENDIT_BASE_URL') === undefined) {
    const { url } = lifetime.keep(
      await startXenditSimulator({
        host,
        port: places.xenditPort,
        notifyUrl: `${callbackOrigin}/webhooks/xendit`,
        stateFile: join(config.dataDirectory, 'xendit-simulator.json'),
        secretKey: config.required('XENDIT_SECRET_KEY', why),
        callbackToken: config.required('XENDIT_CALLBACK_TOKEN', why),
      }),
    );
    simulated = simulated.with({ XENDIT_BASE_URL: url });
  }
  return simulated;
}

/**
 * The initial state of mosquitto's `dynamic_security` plugin, as `mosquitto_ctrl dynsec init` writes it: one client, Kedai's
 * own, which admits the devices and subscribes to their topics. Every other client has no permissions.
 */
import { pbkdf2Sync, randomBytes } from 'node:crypto';

const ITERATIONS = 10_000;
const HASH_BYTES = 64;

/** @returns the content of `dynamic-security.json`. */
export function dynamicSecurity(username: string, password: string): string {
  const salt = randomBytes(12);
  const hash = pbkdf2Sync(password, salt, ITERATIONS, HASH_BYTES, 'sha512');
  const allow = (acltype: string, topic: string) => ({ acltype, topic, allow: true });
  return JSON.stringify({
    clients: [
      {
        username,
        textName: 'Kedai',
        password: hash.toString('base64'),
        salt: salt.toString('base64'),
        iterations: ITERATIONS,
        roles: [{ rolename: 'kedai' }],
      },
    ],
    roles: [
      {
        rolename: 'kedai',
        acls: [
          allow('publishClientSend', '$CONTROL/dynamic-security/#'),
          allow('publishClientReceive', '$CONTROL/dynamic-security/#'),
          allow('subscribePattern', '$CONTROL/dynamic-security/#'),
          allow('publishClientReceive', 'kedai/#'),
          allow('subscribePattern', 'kedai/#'),
          allow('subscribePattern', '$share/kedai-ingest/kedai/#'),
          allow('unsubscribePattern', '#'),
        ],
      },
    ],
    defaultACLAccess: {
      publishClientSend: false,
      publishClientReceive: true,
      subscribe: false,
      unsubscribe: true,
    },
  });
}

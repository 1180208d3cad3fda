/** This browser as one that notifications go to: subscribed at its push service, and registered for the person who is signed in. */
import { client } from '../../shared/client/client.js';
import { BeginPushes, EndPushes, OwnPushes } from '../operations.js';

/** What a browser that can be reached is subscribed by. */
export interface Pushes {
  readonly isOn: boolean;
  /** In base64url. */
  readonly key: string;
}

/** Undefined where this browser, or the system, has no pushes. Without a network nothing is known of them. */
export async function readPushes(): Promise<Pushes | undefined> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator) || !('PushManager' in globalThis))
    return undefined;
  const { pushManager } = await navigator.serviceWorker.ready;
  const { data } = await client.query(OwnPushes, {}).toPromise();
  const key = data?.vapidPublicKey ?? undefined;
  if (key === undefined) return undefined;
  const subscription = await pushManager.getSubscription();
  const registered = data?.pushSubscriptions?.map(({ endpoint }) => endpoint) ?? [];
  return {
    key,
    isOn: subscription !== null && isBy(key, subscription) && registered.includes(subscription.endpoint),
  };
}

/** @returns whether notifications come from now on. @throws where the push service cannot be reached. */
export async function beginPushes({ key }: Pushes): Promise<boolean> {
  const { pushManager } = await navigator.serviceWorker.ready;
  const former = await pushManager.getSubscription();
  if (former !== null && !isBy(key, former)) await former.unsubscribe();
  const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const { endpoint, keys } = subscription.toJSON();
  if (endpoint === undefined || keys?.p256dh === undefined || keys.auth === undefined) return false;
  const input = { endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth } };
  const { data } = await client.mutation(BeginPushes, { input }).toPromise();
  const { registerPush, setNotificationPreference } = data ?? {};
  return registerPush?.pushSubscription != null && setNotificationPreference?.userErrors.length === 0;
}

/** Also before a person signs out: what is said of that person's orders is nobody else's to read here. */
export async function endPushes(): Promise<void> {
  if (!('serviceWorker' in navigator) || !('PushManager' in globalThis)) return;
  const registration = await navigator.serviceWorker.getRegistration();
  const subscription = await registration?.pushManager.getSubscription();
  if (subscription == null) return;
  await client.mutation(EndPushes, { endpoint: subscription.endpoint }).toPromise();
  await subscription.unsubscribe();
}

/** Whether the push service takes messages that are signed by the key. */
function isBy(key: string, { options }: PushSubscription): boolean {
  const bytes = new Uint8Array(options.applicationServerKey ?? new ArrayBuffer(0));
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '') === key;
}

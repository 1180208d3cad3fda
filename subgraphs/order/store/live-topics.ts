/** Bus topics of live updates; each message is `{ id, version }` of the order that changed. */
export function orderTopic(orderId: string): string {
  return `order:${orderId}`;
}

export function kitchenTopic(outletId: string): string {
  return `kitchen:${outletId}`;
}

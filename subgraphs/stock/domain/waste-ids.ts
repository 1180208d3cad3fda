/** What was thrown away and the movement that goes with it have the same id but for its type, so that each leads to the other. */
import { tagged } from '../../../platform/ids.js';

export function movementIdOfWaste(wasteId: string): string {
  return tagged(wasteId, 'StockMovement');
}

/** Of a movement of the kind WASTE; one from before leads to none. */
export function wasteIdOfMovement(movementId: string): string {
  return tagged(movementId, 'Waste');
}

/** The worker thread that draws: one document after the other, each answered with its bytes or with why not. */
import { parentPort } from 'node:worker_threads';
import type { PrintedDocument } from '../kit/printed-document.js';
import { drawDocument } from './draw.js';

export interface DrawingRequest {
  readonly id: number;
  readonly document: PrintedDocument;
}

export type DrawingAnswer =
  | { readonly id: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly id: number; readonly failure: string };

parentPort?.on('message', async ({ id, document }: DrawingRequest) => {
  try {
    const bytes = await drawDocument(document);
    parentPort?.postMessage({ id, bytes } satisfies DrawingAnswer, [bytes.buffer]);
  } catch (error) {
    parentPort?.postMessage({ id, failure: String(error) } satisfies DrawingAnswer);
  }
});

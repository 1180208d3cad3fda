/** An item by the code on its package: typed, entered by a scanner, or read by the camera where there is one. */
import { ScanBarcode } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { client } from '../../shared/client/client.js';
import { common } from '../../shared/text/texts.js';
import { ItemOfBarcode } from '../operations.js';
import { text } from '../text.js';
import styles from './barcode-field.module.css';
import type { Item, Menu } from './menu.js';

const Camera = lazy(() => import('./barcode-camera.js'));

export function BarcodeField({ menu, onFound }: { readonly menu: Menu; onFound(item: Item): void }) {
  const [code, setCode] = useState('');
  const [failure, setFailure] = useState<string>();
  const [isWatching, setWatching] = useState(false);
  const find = async (barcode: string) => {
    setFailure(undefined);
    const item = await itemOf(barcode, menu);
    if (typeof item === 'string')
      return setFailure(item === 'unreachable' ? common.noNetwork : text.scanUnknown);
    setCode('');
    setWatching(false);
    onFound(item);
  };
  return (
    <>
      <form
        className={styles.field}
        onSubmit={(event) => {
          event.preventDefault();
          if (code.trim() !== '') void find(code);
        }}
      >
        <input
          aria-label={text.scan}
          placeholder={text.scan}
          title={text.scanHint}
          inputMode="numeric"
          enterKeyHint="search"
          autoComplete="off"
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
        <button
          type="button"
          className={styles.camera}
          aria-label={isWatching ? text.scanStop : text.scanCamera}
          title={isWatching ? text.scanStop : text.scanCamera}
          aria-pressed={isWatching}
          onClick={() => setWatching(!isWatching)}
        >
          <ScanBarcode size={20} aria-hidden="true" />
        </button>
      </form>
      {isWatching && (
        <Suspense fallback={<p className={styles.quiet}>{common.loading}</p>}>
          <Camera
            onCode={(found) => {
              setCode(found);
              void find(found);
            }}
            onFailure={() => {
              setWatching(false);
              setFailure(text.scanNoCamera);
            }}
          />
        </Suspense>
      )}
      {failure !== undefined && (
        <p role="alert" className={styles.failure}>
          {failure}
        </p>
      )}
    </>
  );
}

/** By the menu that is shown first: that is there offline, too. */
async function itemOf(barcode: string, menu: Menu): Promise<Item | 'unknown' | 'unreachable'> {
  const digits = barcode.replace(/[\s-]/g, '').toUpperCase();
  for (const item of menu.values()) if (item.barcode === digits) return item;
  const { data, error } = await client.query(ItemOfBarcode, { barcode }).toPromise();
  if (error?.networkError !== undefined) return 'unreachable';
  return menu.get(data?.menuItemByBarcode?.id ?? '') ?? 'unknown';
}

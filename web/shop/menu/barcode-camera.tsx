/** Reads barcodes from the camera, by the browser's own detector or by ZXing in WebAssembly, which is served from here. */
import { BarcodeDetector, prepareZXingModule } from 'barcode-detector/ponyfill';
import { useEffect, useRef } from 'react';
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';
import styles from './barcode-camera.module.css';

export interface BarcodeCameraProps {
  onCode(code: string): void;
  /** There is no camera, or it may not be used. */
  onFailure(): void;
}

const LOOK_MILLISECONDS = 150;

prepareZXingModule({ overrides: { locateFile: () => wasmUrl } });

export default function BarcodeCamera(props: BarcodeCameraProps) {
  const video = useRef<HTMLVideoElement>(null);
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    const { current: screen } = video;
    if (screen === null) return;
    const stop = watch(screen, (code) => latest.current.onCode(code));
    stop.catch(() => latest.current.onFailure());
    return () =>
      void stop.then(
        (end) => end(),
        () => undefined,
      );
  }, []);
  return <video ref={video} className={styles.video} muted playsInline />;
}

async function watch(screen: HTMLVideoElement, onCode: (code: string) => void): Promise<() => void> {
  if (navigator.mediaDevices === undefined) throw new Error('This page may not use a camera');
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  screen.srcObject = stream;
  await screen.play();
  const detector = new BarcodeDetector({
    formats: ['ean_13', 'ean_8', 'upc_a', 'upc_e', 'code_128', 'qr_code'],
  });
  let isStopped = false;
  let last = '';
  const look = async () => {
    if (isStopped) return;
    const [found] = await detector.detect(screen).catch(() => []);
    if (found !== undefined && found.rawValue !== last && !isStopped) {
      last = found.rawValue;
      onCode(found.rawValue);
    }
    setTimeout(() => void look(), LOOK_MILLISECONDS);
  };
  void look();
  return () => {
    isStopped = true;
    for (const track of stream.getTracks()) track.stop();
  };
}

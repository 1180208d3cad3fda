/** Follows a code that expires. It is renewed by an interval alone, as a device's clock may be far from the server's. */

/** The server gives another code from a minute before one expires: what it answers is valid for longer than this. */
const INTERVAL_MILLISECONDS = 45_000;

/** @param read resolves to undefined where there is none. @returns how to stop, after which nothing is shown. */
export function followMemberCode(
  read: () => Promise<string | undefined>,
  show: (code: string | undefined) => void,
): () => void {
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const renew = async () => {
    const code = await read();
    if (isOver) return;
    show(code);
    timer = setTimeout(renew, INTERVAL_MILLISECONDS);
  };
  void renew();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

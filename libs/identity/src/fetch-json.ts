/** An answer of the issuer: its status and its parsed body. */
export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

const MAX_BYTES = 256 * 1024; // a key set or a token answer is a few kilobytes

async function readBounded(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) throw new Error(`the answer is larger than ${MAX_BYTES} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** One bounded request to the issuer: the deadline covers the body too, redirects are refused, at most 256 KiB are read. */
export async function fetchJson(url: URL, deadlineMs: number, init: RequestInit = {}): Promise<JsonAnswer> {
  const response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(deadlineMs) });
  return { status: response.status, body: JSON.parse(await readBounded(response)) as unknown };
}

/** Keys and secrets travel over TLS, or over loopback. */
export function issuerUrl(text: string, allowPlainHttp: boolean): URL {
  const url = new URL(text);
  const loopback = url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(url.hostname);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && (loopback || allowPlainHttp))) return url;
  throw new TypeError(`${url.origin} is neither https nor loopback`);
}

/** A raw file as it was sent, addressed by its content. */
export interface Upload {
  readonly workspace: string;
  readonly hash: string;
  readonly sizeBytes: number;
  readonly uploadedBy: string;
  readonly uploadedAt: Date;
}

const DIGEST = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/;

/** The SHA-256 that a `Content-Digest` header (RFC 9530) announces, as hexadecimal digits; undefined where it names none. */
export function announcedHash(contentDigest: string | undefined): string | undefined {
  const base64 = contentDigest && DIGEST.exec(contentDigest)?.[1];
  if (!base64) return undefined;
  return [...atob(base64)].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}

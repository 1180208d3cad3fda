/**
 * The key pair of access tokens: Ed25519, in PEM (or JWK) files. Signing needs the private file; verifying needs the public
 * one or the JWKS made from it. A key's id is its RFC 7638 thumbprint, so signer and verifier derive the same.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
} from 'node:crypto';
import { link, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, type JSONWebKeySet, type JWK } from 'jose';
import { ConfigurationError } from '../config.js';

/** The only algorithm that is used and accepted. */
export const ALGORITHM = 'EdDSA';

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  /** The public half, for verifiers. */
  readonly jwks: JSONWebKeySet;
}

export interface KeyFiles {
  readonly privateKeyFile: string;
  readonly publicKeyFile: string;
}

/** The key files in `folder`, generated unless they exist. Concurrent processes get the same files. */
export async function generateKeyFiles(folder: string): Promise<KeyFiles> {
  const privateKeyFile = join(folder, 'jwt-private.pem');
  const publicKeyFile = join(folder, 'jwt-public.pem');
  const { privateKey } = generateKeyPairSync('ed25519');
  await createOnce(privateKeyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600);
  const publicKey = createPublicKey(createPrivateKey(await readFile(privateKeyFile)));
  await createOnce(publicKeyFile, publicKey.export({ type: 'spki', format: 'pem' }), 0o644);
  return { privateKeyFile, publicKeyFile };
}

/** @throws ConfigurationError when the file holds no Ed25519 private key. */
export async function readSigningKey(file: string): Promise<SigningKey> {
  const privateKey = parse(await textOf(file), createPrivateKey);
  if (privateKey?.asymmetricKeyType !== 'ed25519') {
    throw new ConfigurationError(`${file} holds no Ed25519 private key (PKCS #8 PEM or JWK).`);
  }
  const jwks = await jwksOf(createPublicKey(privateKey));
  return { kid: jwks.keys[0]?.kid ?? '', privateKey, jwks };
}

/** What tokens are verified with. @throws ConfigurationError when the file holds neither an Ed25519 public key nor a JWKS. */
export async function readPublicKeys(file: string): Promise<JSONWebKeySet> {
  const text = await textOf(file);
  const keySet = keySetIn(text);
  if (keySet !== undefined) return keySet;
  const publicKey = parse(text, createPublicKey);
  if (publicKey?.asymmetricKeyType !== 'ed25519') {
    throw new ConfigurationError(`${file} holds no Ed25519 public key (SPKI PEM or JWK) and no JWKS.`);
  }
  return jwksOf(publicKey);
}

async function jwksOf(publicKey: KeyObject): Promise<JSONWebKeySet> {
  const jwk = await exportJWK(publicKey);
  return { keys: [{ ...jwk, kid: await calculateJwkThumbprint(jwk), alg: ALGORITHM, use: 'sig' }] };
}

/** Creates a file atomically; an existing one stays. */
async function createOnce(file: string, text: string | Buffer, mode: number): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, text, { mode, flag: 'wx' });
  try {
    await link(draft, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    await unlink(draft);
  }
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new ConfigurationError(
      `${file} cannot be read: ${error instanceof Error ? error.message : error}.`,
    );
  }
}

function parse(
  text: string,
  read: (key: string | { key: JWK; format: 'jwk' }) => KeyObject,
): KeyObject | undefined {
  try {
    return read(text.trimStart().startsWith('{') ? { key: JSON.parse(text), format: 'jwk' } : text);
  } catch {
    return undefined;
  }
}

function keySetIn(text: string): JSONWebKeySet | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const parsed: Partial<JSONWebKeySet> = JSON.parse(text);
    return Array.isArray(parsed.keys) ? { keys: parsed.keys } : undefined;
  } catch {
    return undefined;
  }
}

import { describe, expect, it } from 'vitest';
import {
  createNonceCounter,
  frameAuth,
  headerAuthorization,
  parseFrameChallenge,
  parseHeaderChallenge,
} from '../../../main/devices/shelly/digest.ts';

/** Computed apart from the code under test, from the vendor's formulas. */
const REALM = 'shellyplus2pm-aabbccddeeff';
const CNONCE = 'Y29tbWFuZGNlbnRlcg==';

describe('Shelly digest', () => {
  it('signs a frame as in the vector for WebSocket', () => {
    const challenge = parseFrameChallenge(
      `{"auth_type": "digest", "nonce": 1725185413, "nc": 1, "realm": "${REALM}", "algorithm": "SHA-256"}`,
    );
    if (!challenge) throw new Error('no challenge');
    expect(frameAuth({ challenge, password: 'secret', count: 1, cnonce: CNONCE })).toEqual({
      realm: REALM,
      username: 'admin',
      nonce: 1725185413,
      nc: 1,
      cnonce: CNONCE,
      response: 'e65c3bb8ae011657b3efd32a22aa6fb01e85cf5d3c9ab11e0c82ac95d1b901a1',
      algorithm: 'SHA-256',
    });
  });

  it.each([
    ['GET', '/rpc/Switch.Set?id=0&on=true', 1, '05a522e162b7c5b6954ca1bc38ed5591361836e154bc1cf06c8f54dccc191f8f'],
    ['POST', '/rpc', 2, '53a7eba88ebbe9f81e75118809c3943b27b965580acb8910930f7f857f46288b'],
  ])('signs %s %s as in the vector for HTTP', (method, uri, count, response) => {
    const challenge = parseHeaderChallenge(
      `Digest qop="auth", realm="${REALM}", nonce="NWx3dGhlcXVpY2s=", algorithm=SHA-256`,
    );
    if (!challenge) throw new Error('no challenge');
    const header = headerAuthorization({ challenge, password: 'secret', method, uri, count, cnonce: CNONCE });
    expect(header).toContain(`response="${response}"`);
    expect(header).toContain(`nc=0000000${count},`);
    expect(header).toContain('nonce="NWx3dGhlcXVpY2s="');
  });

  it('splits a header at the first "=" only, keeps commas inside quotes, and reads stale and opaque', () => {
    expect(
      parseHeaderChallenge(
        'Digest qop="auth,auth-int", realm="r", nonce="YWI=,c==", algorithm=SHA-256, opaque="", stale=TRUE',
      ),
    ).toEqual({ realm: 'r', nonce: 'YWI=,c==', nc: 1, opaque: '', stale: true });
  });

  it('echoes an empty opaque', () => {
    const challenge = parseHeaderChallenge('Digest realm="r", nonce="n", algorithm=SHA-256, opaque=""');
    if (!challenge) throw new Error('no challenge');
    expect(headerAuthorization({ challenge, password: 'p', method: 'GET', uri: '/', count: 1, cnonce: 'c' })).toMatch(
      /, opaque=""$/,
    );
  });

  it.each([
    ['another scheme', 'Basic realm="r"'],
    ['another algorithm', 'Digest realm="r", nonce="n", algorithm=MD5'],
    ['no nonce', 'Digest realm="r", algorithm=SHA-256'],
    ['nothing', undefined],
  ])('takes no challenge from %s', (_, header) => expect(parseHeaderChallenge(header)).toBeNull());

  it('reads a frame challenge whose nc is a string, and none from plain text', () => {
    expect(parseFrameChallenge('{"realm":"r","nonce":"YQ==","nc":"3","algorithm":"SHA-256","opaque":""}')).toEqual({
      realm: 'r',
      nonce: 'YQ==',
      nc: 3,
      opaque: '',
      stale: false,
    });
    expect(parseFrameChallenge('Unauthorized')).toBeNull();
  });

  it('counts anew for each nonce', () => {
    const nonces = createNonceCounter();
    const challenge = { realm: 'r', nonce: 'a', nc: 1, opaque: null, stale: false };
    expect(nonces.take()).toBeNull();
    nonces.accept(challenge);
    expect([nonces.take()?.count, nonces.take()?.count]).toEqual([1, 2]);
    nonces.accept({ ...challenge, nonce: 'b' });
    expect(nonces.take()?.count).toBe(1);
  });
});

"""Checks a bundle's envelope and token with securesystemslib and PyJWT: programs that Assay's makers did not write.

Usage: check_statement.py JWKS.json BUNDLE.json...   Prints one JSON line for each bundle: what holds, or why not.
"""

import base64
import hashlib
import json
import sys

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey


def public_bytes(jwk):
    text = jwk["x"]
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def to_sslib_key(jwk):
    return SSlibKey(jwk["kid"], "ed25519", "ed25519", {"public": public_bytes(jwk).hex()})


def check(bundle, jwks):
    keys = {jwk["kid"]: jwk for jwk in jwks["keys"]}
    envelope = Envelope.from_dict(json.loads(json.dumps(bundle["envelope"])))
    envelope.verify([to_sslib_key(jwk) for jwk in keys.values()], threshold=1)
    statement = json.loads(envelope.payload)
    assert statement["_type"] == "https://in-toto.io/Statement/v1", "no in-toto statement"

    token = bundle["result"]["entry"]["verifyToken"]
    jwk = keys[jwt.get_unverified_header(token)["kid"]]
    key = Ed25519PublicKey.from_public_bytes(public_bytes(jwk))
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    claims = jwt.decode(token, pem, algorithms=["EdDSA"], options={"verify_iat": True})
    digest = hashlib.sha256(envelope.payload).hexdigest()
    assert claims["statement"] == digest, "the token names another statement"
    assert claims["sub"] == statement["predicate"]["model"]["repo"], "the token is about another model"
    return {"ok": True, "digest": digest, "value": statement["predicate"]["metric"]["reported"]}


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        jwks = json.load(file)
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as file:
            bundle = json.load(file)
        try:
            found = check(bundle, jwks)
        except Exception as error:  # every refusal is an answer here
            found = {"ok": False, "why": type(error).__name__}
        print(json.dumps(found))


main()

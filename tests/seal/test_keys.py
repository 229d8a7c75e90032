"""Keys and signatures: known answers of the standard, other programs' keys, files that are no keys."""

from __future__ import annotations

import base64
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juesuan.seal import der, keys, sm2

DATA = Path(__file__).parent / "data"
MESSAGE = b"message digest"
#: GM/T 0003.5, annex A: the example on the recommended curve.
PRIVATE = bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
PUBLIC = bytes.fromhex(
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
NONCE = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21
R = 0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
S = 0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA
SIGNATURE = der.put(der.SEQUENCE, der.integer(R), der.integer(S))
ALGORITHMS: tuple[keys.Algorithm, ...] = ("SM2", "Ed25519")


@pytest.fixture(params=["GmSSL", "plain"])
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Once with GmSSL, once as on a machine it is not built for."""
    if request.param == "plain":
        monkeypatch.setitem(sys.modules, "gmssl_pyx", None)
    return str(request.param)


def test_digest_of_the_standards_example() -> None:
    found = sm2.message_digest(PUBLIC, MESSAGE)
    assert found.hex().upper() == "F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640"
    assert sm2.sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_public_key_of_the_standards_example() -> None:
    assert sm2.public_of(PRIVATE) == PUBLIC
    assert sm2.on_curve(PUBLIC)


def test_signature_of_the_standards_example() -> None:
    assert sm2._plain_sign(PRIVATE, PUBLIC, sm2.message_digest(PUBLIC, MESSAGE), NONCE) == SIGNATURE


@pytest.mark.usefixtures("backend")
def test_the_standards_signature_is_accepted_and_nothing_near_it() -> None:
    assert sm2.verify(PUBLIC, MESSAGE, SIGNATURE)
    assert not sm2.verify(PUBLIC, MESSAGE + b".", SIGNATURE)
    other = der.put(der.SEQUENCE, der.integer(R), der.integer(S ^ 1))
    assert not sm2.verify(PUBLIC, MESSAGE, other)
    for r, s in ((0, S), (R, 0), (sm2._N, S), (R, sm2._N), (R + sm2._N, S), (sm2._N - S, S)):
        assert not sm2.verify(PUBLIC, MESSAGE, der.put(der.SEQUENCE, der.integer(r), der.integer(s)))
    assert not sm2.verify(PUBLIC[:-1] + b"\0", MESSAGE, SIGNATURE)


@pytest.mark.usefixtures("backend")
@pytest.mark.parametrize(
    "text", [b"", b"\x30\x00", b"a" * 70, SIGNATURE[:-1], SIGNATURE + b"\0", b"\x30\x84\xff\xff\xff\xff"]
)
def test_what_is_no_signature_is_refused_quietly(text: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    assert not sm2.verify(PUBLIC, MESSAGE, text)
    assert capfd.readouterr() == ("", "")


def test_a_wrong_signature_leaves_nothing_on_the_screen(capfd: pytest.CaptureFixture[str]) -> None:
    assert not sm2.verify(PUBLIC, b"other", SIGNATURE)
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("backend")
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_new_keys_sign_and_verify(algorithm: keys.Algorithm) -> None:
    one, other = keys.generate(algorithm), keys.generate(algorithm)
    signature = keys.sign(one, MESSAGE)
    assert keys.sign(one, b"") != signature
    assert keys.verify(one.public, MESSAGE, signature)
    assert not keys.verify(one.public, b"", signature)
    assert not keys.verify(other.public, MESSAGE, signature)
    assert not keys.verify(one.public, MESSAGE, signature[:-1])
    assert one.public.fingerprint != other.public.fingerprint
    assert len(one.public.fingerprint.split()) == 8
    assert one.secret.hex() not in repr(one)


def test_what_one_backend_signs_the_other_accepts(monkeypatch: pytest.MonkeyPatch) -> None:
    key = keys.generate("SM2")
    by_gmssl = keys.sign(key, MESSAGE)
    monkeypatch.setitem(sys.modules, "gmssl_pyx", None)
    assert keys.verify(key.public, MESSAGE, by_gmssl)
    plainly = keys.sign(key, MESSAGE)
    monkeypatch.undo()
    assert keys.verify(key.public, MESSAGE, plainly)


def test_keys_beginning_with_zero_or_four_work_without_gmssl(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package gmssl strips such digits from keys it is given (py-gmssl issue 66)."""
    private = next(n for n in range(2, 5000) if sm2.public_of(n.to_bytes(32, "big"))[0] == 0x04)
    secret = private.to_bytes(32, "big")
    key = keys.PrivateKey(keys.PublicKey("SM2", sm2.public_of(secret)), secret)
    signed = keys.sign(key, MESSAGE)
    monkeypatch.setitem(sys.modules, "gmssl_pyx", None)
    assert keys.verify(key.public, MESSAGE, signed)
    assert keys.verify(key.public, MESSAGE, keys.sign(key, MESSAGE))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("password", ["", "密码 p"])
def test_files_hold_what_was_put_into_them(algorithm: keys.Algorithm, password: str) -> None:
    key = keys.generate(algorithm)
    private, public = keys.private_pem(key, password), keys.public_pem(key.public)
    assert keys.load_private(private, password) == key
    assert keys.load_public(public) == key.public
    assert (b"ENCRYPTED" in private) == bool(password)
    assert base64.b64encode(key.secret) not in private.replace(b"\n", b"")
    if password:
        with pytest.raises(keys.BadKey, match="needs_password"):
            keys.load_private(private)
        with pytest.raises(keys.BadKey, match="wrong_password"):
            keys.load_private(private, "别的")
    for data, load in ((public, keys.load_private), (private, keys.load_public)):
        with pytest.raises(keys.BadKey, match="not_a_key"):
            load(data)


@pytest.mark.parametrize("name", ["sm2", "ed25519"])
def test_keys_and_signatures_of_openssl(name: str) -> None:
    private = keys.load_private((DATA / f"{name}.pem").read_bytes())
    public = keys.load_public((DATA / f"{name}.pub").read_bytes())
    assert private.public == public
    assert keys.public_pem(public) == (DATA / f"{name}.pub").read_bytes()
    assert keys.verify(public, MESSAGE, base64.b64decode((DATA / f"{name}.sig").read_text()))


@pytest.mark.parametrize("name", ["sm2-aes", "sm2-sm4"])
def test_encrypted_keys_of_openssl(name: str) -> None:
    assert keys.load_private((DATA / f"{name}.pem").read_bytes(), "测试") == keys.load_private(
        (DATA / "sm2.pem").read_bytes()
    )


RSA = b"-----BEGIN PUBLIC KEY-----\nMFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAL2ghBGb\n-----END PUBLIC KEY-----\n"


@pytest.mark.parametrize("data", [
    b"", b"hello", "汉字".encode(), RSA,
    b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
    b"-----BEGIN PUBLIC KEY-----\nA\n-----END PUBLIC KEY-----\n",
    keys.public_pem(keys.PublicKey("SM2", b"\1" * 64)), keys.public_pem(keys.PublicKey("Ed25519", b"\1" * 31)),
])  # fmt: skip
def test_files_that_hold_no_key_of_ours(data: bytes) -> None:
    with pytest.raises(keys.BadKey):
        keys.load_public(data)
    with pytest.raises(keys.BadKey):
        keys.load_private(data.replace(b"PUBLIC", b"PRIVATE"))


@given(st.binary(max_size=200))
def test_any_bytes_as_der_are_refused_or_read(data: bytes) -> None:
    try:
        found = der.items(data)
    except ValueError:
        return
    assert sum(len(body) for _, body in found) <= len(data)


@given(st.integers(0, 2**260))
def test_integers_come_back(value: int) -> None:
    assert int.from_bytes(der.only(der.integer(value), der.INTEGER), "big") == value

package secret

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"millrace/models/diag"
)

// The diagnostics of this package.
const (
	// CodeKey is a key that is not one.
	CodeKey diag.Code = "secret.key"
	// CodeKeyFile is a key file that cannot be read or written, or that others can read.
	CodeKeyFile diag.Code = "secret.key_file"
	// CodeUnknownKey is a secret that was sealed with a key that is not in the keyring.
	CodeUnknownKey diag.Code = "secret.unknown_key"
	// CodeDamaged is a sealed secret that was changed, or put in another's place.
	CodeDamaged diag.Code = "secret.damaged"
)

const (
	// KeyBytes is the size of a key.
	KeyBytes = 32
	// version begins every sealed text. What is sealed under it is fixed for good.
	version = "v1"
)

// Place is where a secret belongs: no other place opens it.
type Place struct {
	// Object is the kind and the id of what has the secret, as in "connection:4f…". Field is the path within it.
	Object, Field string
}

// key is one key with its name, which is derived from it and tells nothing about it.
type key struct {
	id   string
	aead cipher.AEAD
	// mac is a key of its own for Digest, made of the key.
	mac []byte
}

// Keyring holds the keys, the newest first. It is never empty and never changes.
type Keyring struct{ keys []key }

// New makes a keyring of keys of KeyBytes each, the newest first.
func New(keys ...[]byte) (*Keyring, error) {
	k := &Keyring{}
	for _, bytes := range keys {
		if len(bytes) != KeyBytes {
			return nil, badKey()
		}
		block, err := aes.NewCipher(bytes)
		if err != nil {
			return nil, fmt.Errorf("making a cipher: %w", err)
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return nil, fmt.Errorf("making a cipher: %w", err)
		}
		sum := sha256.Sum256(append([]byte("millrace key id\x00"), bytes...))
		k.keys = append(k.keys, key{hex.EncodeToString(sum[:6]), aead, digest(bytes, []byte("millrace digest key"))})
	}
	if len(k.keys) == 0 {
		return nil, badKey()
	}
	return k, nil
}

func badKey() error {
	return diag.Fail(CodeKey, nil, "Make one with: head -c 32 /dev/urandom | base64", "a secret key is not 32 bytes in base64")
}

// Parse reads keys in base64, apart by commas or white space, the newest first.
func Parse(text string) (*Keyring, error) {
	var keys [][]byte
	for _, one := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '\n' || r == '\r' || r == ' ' || r == '\t' }) {
		bytes, err := decodeKey(one)
		if err != nil {
			return nil, err
		}
		keys = append(keys, bytes)
	}
	return New(keys...)
}

func decodeKey(text string) ([]byte, error) {
	// Both alphabets, with padding and without: people paste what their tool made.
	text = strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(text), "=")
	bytes, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil || len(bytes) != KeyBytes {
		return nil, badKey() // the text is not shown, in whatever way it is wrong
	}
	return bytes, nil
}

// Format hides the keys from every verb of fmt.
func (k *Keyring) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "(keyring)") }

// MarshalText hides the keys from JSON, YAML and slog.
func (k *Keyring) MarshalText() ([]byte, error) { return []byte("(keyring)"), nil }

// IDs returns the names of the keys, the newest first. They tell nothing about the keys.
func (k *Keyring) IDs() []string {
	out := make([]string, len(k.keys))
	for i := range k.keys {
		out[i] = k.keys[i].id
	}
	return out
}

// Seal seals a secret for its place with the newest key. The text is different each time.
func (k *Keyring) Seal(at Place, plain []byte) string {
	newest := &k.keys[0]
	nonce := make([]byte, newest.aead.NonceSize())
	// rand.Read never fails since Go 1.24.
	_, _ = rand.Read(nonce)
	sealed := newest.aead.Seal(nonce, nonce, plain, associated(newest.id, at))
	return version + "." + newest.id + "." + base64.RawURLEncoding.EncodeToString(sealed)
}

// Open returns what was sealed for the place. It fails with CodeUnknownKey or CodeDamaged, never with a piece of the secret.
func (k *Keyring) Open(at Place, sealed string) ([]byte, error) {
	id, bytes, ok := split(sealed)
	if !ok {
		return nil, damaged()
	}
	for i := range k.keys {
		one := &k.keys[i]
		if one.id != id {
			continue
		}
		n := one.aead.NonceSize()
		if len(bytes) < n {
			return nil, damaged()
		}
		plain, err := one.aead.Open(nil, bytes[:n], bytes[n:], associated(id, at))
		if err != nil {
			return nil, damaged()
		}
		return plain, nil
	}
	return nil, diag.Fail(CodeUnknownKey, nil, "Give the server the key it was sealed with, behind the newer ones; else write the secret anew.",
		"a stored secret was sealed with the key %s, which this server does not have", id)
}

// Digest returns 32 bytes that stand for a text at a place: whoever has them and not the newest key cannot try texts until one fits.
func (k *Keyring) Digest(at Place, text []byte) []byte {
	newest := &k.keys[0]
	return digest(newest.mac, append(associated(newest.id, at), text...))
}

func digest(key, text []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(text)
	return h.Sum(nil)
}

// Newest reports whether a secret was sealed with the newest key.
func (k *Keyring) Newest(sealed string) bool {
	id, _, ok := split(sealed)
	return ok && id == k.keys[0].id
}

// Again seals a secret with the newest key; one that is comes back as it is.
func (k *Keyring) Again(at Place, sealed string) (string, error) {
	plain, err := k.Open(at, sealed)
	if err != nil || k.Newest(sealed) {
		return sealed, err
	}
	return k.Seal(at, plain), nil
}

// Resealer is a place that keeps sealed secrets.
type Resealer interface {
	// Reseal gives each of its secrets to again, keeps what that returns in its place, and counts those that changed. A secret that
	// somebody changes at the same time is left alone: it is sealed with the newest key.
	Reseal(ctx context.Context, again func(at Place, sealed string) (string, error)) (changed int, err error)
}

// Reseal seals all secrets with the newest key. Afterwards no older key is needed.
func (k *Keyring) Reseal(ctx context.Context, places ...Resealer) (changed int, err error) {
	for _, place := range places {
		n, err := place.Reseal(ctx, k.Again)
		changed += n
		if err != nil {
			return changed, fmt.Errorf("sealing secrets anew: %w", err)
		}
	}
	return changed, nil
}

// associated is what a secret is bound to besides its key. Lengths go before texts, so that no two places read the same.
func associated(id string, at Place) []byte {
	var out []byte
	for _, text := range []string{version, id, at.Object, at.Field} {
		out = binary.BigEndian.AppendUint32(out, uint32(len(text)))
		out = append(out, text...)
	}
	return out
}

func split(sealed string) (id string, bytes []byte, ok bool) {
	v, rest, _ := strings.Cut(sealed, ".")
	id, text, found := strings.Cut(rest, ".")
	// Strict: a text that differs from what Seal wrote is no other form of the same.
	bytes, err := base64.RawURLEncoding.Strict().DecodeString(text)
	return id, bytes, v == version && found && err == nil && !strings.ContainsAny(text, "\r\n")
}

func damaged() error {
	return diag.Fail(CodeDamaged, nil, "Write the secret anew.", "a stored secret was damaged, or belongs to something else")
}

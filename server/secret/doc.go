// Package secret seals what nobody may read from the store: passwords and keys of connections, with a key that is not in the store.
//
// A secret is sealed with AES-256-GCM under the newest key of a Keyring, and for one Place: the object it belongs to and the field of that
// object. Put in another's place, shortened, or changed in a bit, it does not open. The sealed text names its key, so that several keys may
// be in use while secrets are sealed anew (see Reseal).
//
// # Keys
//
// A key is 32 random bytes in base64. The variable MILLRACE_SECRET_KEY holds one, or several apart by commas, the newest first. Without
// it the keys are the lines of the file secret.key in the data folder, which is made at its first use, for its owner only. Servers that
// share a store need the same keys.
//
// To rotate: put a new key before the old ones, reseal, and remove the old ones.
package secret

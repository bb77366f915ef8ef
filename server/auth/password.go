package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"millrace/models/diag"
)

const (
	minPassword = 12
	maxPassword = 256
	saltBytes   = 16
	hashBytes   = 32
)

// Params are argon2id's: passes, memory in KiB, threads.
type Params struct {
	Time, Memory uint32
	Threads      uint8
}

// DefaultParams are the second recommended choice of RFC 9106: 64 MiB, three passes.
func DefaultParams() Params { return Params{Time: 3, Memory: 64 << 10, Threads: 4} }

// bounds of parameters read from a hash: a store that was tampered with may not take all memory or all time.
const (
	maxTime   = 16
	maxMemory = 1 << 20
)

// hasher hashes passwords, a few at a time: each takes Params.Memory.
type hasher struct {
	params Params
	slots  chan struct{}
	// decoy is the hash that log-ins of nobody are held against.
	decoy string
	// evaluations counts hashes, for tests: that a name exists must not be told by the time a log-in takes.
	evaluations atomic.Int64
}

func newHasher(p Params, atOnce int) *hasher {
	h := &hasher{params: p, slots: make(chan struct{}, atOnce)}
	h.decoy = encodeHash(p, randomBytes(saltBytes), randomBytes(hashBytes))
	return h
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails since Go 1.24
	return b
}

// hash returns the hash of a password with its salt and parameters, as $argon2id$v=19$m=...,t=...,p=...$salt$hash.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := randomBytes(saltBytes)
	sum, err := h.evaluate(ctx, password, salt, h.params)
	if err != nil {
		return "", err
	}
	return encodeHash(h.params, salt, sum), nil
}

// verify reports whether a password is the one of a hash, and whether the hash is made with other parameters than new ones are. An empty
// hash is nobody's and takes as long.
func (h *hasher) verify(ctx context.Context, hash, password string) (ok, outdated bool, err error) {
	nobody := hash == ""
	if nobody {
		hash = h.decoy
	}
	p, salt, want, err := decodeHash(hash)
	if err != nil {
		return false, false, err
	}
	got, err := h.evaluate(ctx, password, salt, p)
	if err != nil {
		return false, false, err
	}
	ok = subtle.ConstantTimeCompare(got, want) == 1 && !nobody
	return ok, ok && (p != h.params || len(want) != hashBytes), nil
}

func (h *hasher) evaluate(ctx context.Context, password string, salt []byte, p Params) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.slots }()
	h.evaluations.Add(1)
	return argon2.IDKey(normalPassword(password), salt, p.Time, p.Memory, p.Threads, hashBytes), nil
}

// normalPassword makes a password the same bytes whatever keyboard typed it.
func normalPassword(password string) []byte { return norm.NFKC.Bytes([]byte(password)) }

func encodeHash(p Params, salt, sum []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.Memory, p.Time, p.Threads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(sum))
}

func decodeHash(text string) (p Params, salt, sum []byte, err error) {
	broken := func() (Params, []byte, []byte, error) {
		// Not a refusal: whoever signs in cannot help it.
		return Params{}, nil, nil, fmt.Errorf("a stored password hash cannot be read")
	}
	parts := strings.Split(text, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return broken()
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.Memory, &p.Time, &p.Threads); err != nil {
		return broken()
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
	sum, sumErr := base64.RawStdEncoding.DecodeString(parts[5])
	if saltErr != nil || sumErr != nil || len(salt) < 8 || len(sum) != hashBytes ||
		p.Time < 1 || p.Time > maxTime || p.Memory < 8 || p.Memory > maxMemory || p.Threads < 1 {
		return broken()
	}
	return p, salt, sum, nil
}

// checkPassword refuses a new password that is too short, or among the first that anybody would try.
func checkPassword(password, name string) error {
	refuse := func(format string, args ...any) error {
		return diag.Refuse(diag.ErrInvalid, CodePassword, "Choose four words that have nothing to do with each other, or let a password manager choose.", format, args...)
	}
	text := string(normalPassword(password))
	n := utf8.RuneCountInString(text)
	switch {
	case !utf8.ValidString(password):
		return refuse("the password is no text")
	case n < minPassword:
		return refuse("the password has fewer than %d characters", minPassword)
	case n > maxPassword || len(text) > 4*maxPassword:
		return refuse("the password has more than %d characters", maxPassword)
	}
	lower := strings.ToLower(text)
	if name = NormalName(name); len(name) >= 3 && strings.Contains(lower, name) {
		return refuse("the password contains the name")
	}
	if monotonous(lower) || common(lower) {
		return refuse("the password is one of the first that anybody would try")
	}
	return nil
}

// monotonous reports whether a text is a short piece over and over, or a run of neighbours: aaaaaaaaaaaa, abcabcabcabc, 1234567890123.
func monotonous(text string) bool {
	r := []rune(text)
	for period := 1; period <= min(4, len(r)/2); period++ {
		same := true
		for i := period; i < len(r) && same; i++ {
			same = r[i] == r[i-period]
		}
		if same {
			return true
		}
	}
	neighbours := 0
	for i := 1; i < len(r); i++ {
		if d := r[i] - r[i-1]; d == 1 || d == -1 || d == 0 || r[i] == '0' && r[i-1] == '9' {
			neighbours++
		}
	}
	return neighbours >= len(r)-2
}

// common reports whether a text in lower case is one of the most common passwords, alone or over and over, whatever digits and signs stand
// around it.
func common(text string) bool {
	core := strings.TrimFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })
	if core == "" {
		return allDigits(text)
	}
	core = strings.NewReplacer("0", "o", "1", "l", "3", "e", "4", "a", "@", "a", "5", "s", "$", "s", "7", "t", "!", "i", "-", "", "_", "", " ", "", ".", "").Replace(core)
	for _, word := range commonPasswords() {
		if strings.ReplaceAll(core, word, "") == "" {
			return true
		}
	}
	// Two common words in a row are as common.
	for _, first := range commonPasswords() {
		if rest, ok := strings.CutPrefix(core, first); ok {
			for _, second := range commonPasswords() {
				if rest == second {
					return true
				}
			}
		}
	}
	return false
}

// allDigits are a date, a telephone number, or nothing better.
func allDigits(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return !unicode.IsDigit(r) }) < 0
}

// commonPasswords are what the published lists of the most used passwords are made of, without their digits and signs.
func commonPasswords() []string {
	return []string{
		"password", "passwort", "passwd", "pass", "qwerty", "qwertz", "azerty", "qwertyuiop", "qwertyui", "asdfgh", "asdfghjkl", "zxcvbn", "zxcvbnm",
		"qazwsx", "qazwsxedc", "admin", "administrator", "root", "user", "guest", "test", "tester", "testing", "login", "welcome", "letmein", "changeme", "change",
		"secret", "default", "master", "iloveyou", "love", "lovely", "monkey", "dragon", "sunshine", "princess", "football", "baseball",
		"superman", "batman", "shadow", "michael", "charlie", "computer", "internet", "server", "database", "system", "access", "trustno",
		"abc", "abcd", "abcdef", "abcdefgh", "hello", "freedom", "whatever", "starwars", "woaini", "nihao", "me", "my", "the", "is", "new", "word",
		"millrace", "clickhouse", "kafka", "warehouse", "music", "january", "february", "march", "april", "june", "july", "august", "september",
		"october", "november", "december", "spring", "summer", "autumn", "winter", "monday", "friday", "company", "temp", "temporary", "demo",
	}
}

// randomPassword is one that nobody chose: 120 bits in five groups.
func randomPassword() string {
	const alphabet = "abcdefghijkmnopqrstuvwxyz23456789" // without what looks alike
	var b strings.Builder
	for i := range 25 {
		if i > 0 && i%5 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(alphabet[randomIndex(len(alphabet))])
	}
	return b.String()
}

// randomIndex is below n, each number as likely.
func randomIndex(n int) int {
	limit := 256 - 256%n
	for {
		if b := int(randomBytes(1)[0]); b < limit {
			return b % n
		}
	}
}

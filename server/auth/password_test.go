package auth

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCheckPassword(t *testing.T) {
	for _, good := range []string{"correct horse battery", "kT9#vLq2@xPz", "云在青天水在瓶里我在此处等着", strings.Repeat("aB3$xYz!", 32), "tulip-anvil-gravel-oboe", "        x y z q 7"} {
		require.NoError(t, checkPassword(good, "ann"), good)
	}
	for _, bad := range []string{
		"", "short", "elevenchars", strings.Repeat("x", 12), strings.Repeat("ab", 6), "abcabcabcabc", "123456789012", "abcdefghijklmnop", "987654321098",
		"Password2026!", "P@ssw0rd1234", "passwordpassword", "qwertyuiop123", "iloveyou!!!!!", "20261121202611", "13800138000138", "Welcome-2026-", "adminadmin123",
		"my name is ANNABEL ok", "xx_annabel_xx", "clickhouse2026", strings.Repeat("kT9#", 65), "\xff\xfe\xfd\xff\xfe\xfd\xff\xfe\xfd\xff\xfe\xfd\xff", "changeme-please"[:8] + "!!!!",
	} {
		require.Error(t, checkPassword(bad, "Annabel"), bad)
	}
	// The same letters, typed in two ways, are the same password.
	h := newHasher(Params{Time: 1, Memory: 64, Threads: 1}, 1)
	hash, err := h.hash(t.Context(), "caf\u00e9 au lait noir")
	require.NoError(t, err)
	ok, outdated, err := h.verify(t.Context(), hash, "cafe\u0301 au lait noir")
	require.NoError(t, err)
	require.True(t, ok)
	require.False(t, outdated)
}

func TestDecodeHashRefuses(t *testing.T) {
	good := encodeHash(Params{Time: 1, Memory: 64, Threads: 1}, make([]byte, 16), make([]byte, 32))
	_, _, _, err := decodeHash(good)
	require.NoError(t, err)
	for _, bad := range []string{
		"", "x", "$argon2i$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA", strings.Replace(good, "v=19", "v=18", 1), strings.Replace(good, "m=64", "m=4294967295", 1),
		strings.Replace(good, "t=1", "t=1000", 1), strings.Replace(good, "t=1", "t=0", 1), strings.Replace(good, "p=1", "p=0", 1), strings.Replace(good, "p=1", "p=x", 1),
		good + "$", good[:len(good)-4],
	} {
		_, _, _, err := decodeHash(bad)
		require.Error(t, err, bad)
		require.NotContains(t, err.Error(), "AAAA")
	}
}

func FuzzDecodeHash(f *testing.F) {
	f.Add(encodeHash(Params{Time: 1, Memory: 64, Threads: 1}, make([]byte, 16), make([]byte, 32)))
	f.Fuzz(func(t *testing.T, text string) {
		p, salt, sum, err := decodeHash(text)
		if err != nil {
			return
		}
		require.LessOrEqual(t, p.Memory, uint32(maxMemory))
		again, _, _, err := decodeHash(encodeHash(p, salt, sum))
		require.NoError(t, err)
		require.Equal(t, p, again)
	})
}

func TestPauseGrows(t *testing.T) {
	require.Zero(t, pause(nameKey("ann"), freeByName-1))
	last := pause(nameKey("ann"), freeByName)
	require.Positive(t, last)
	for n := freeByName + 1; n < 100; n++ {
		next := pause(nameKey("ann"), n)
		require.GreaterOrEqual(t, next, last)
		require.LessOrEqual(t, next, longestPause)
		last = next
	}
	require.Equal(t, longestPause, last)
	require.Zero(t, pause(addressKey("192.0.2.1"), freeByAddress-1))
	require.Positive(t, pause(addressKey("192.0.2.1"), freeByAddress))
}

func TestAddressKey(t *testing.T) {
	require.Equal(t, addressKey("2001:db8::1"), addressKey("2001:db8::ffff:2"), "one customer's network")
	require.NotEqual(t, addressKey("2001:db8::1"), addressKey("2001:db8:0:1::1"))
	require.Equal(t, addressKey("192.0.2.1"), addressKey("::ffff:192.0.2.1"))
	require.NotEqual(t, addressKey("192.0.2.1"), addressKey("192.0.2.2"))
	require.Equal(t, addressKey(""), addressKey("nonsense"))
}

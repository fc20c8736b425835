package access

import (
	"crypto/sha256"
	"fmt"
	"hash/crc32"
	"io"
	"strings"

	"github.com/linecast/linecast/errs"
)

// A token is "lcs_", 32 random characters and 6 of checksum, all in base62:
// 190 bits nobody can guess, a prefix that secret scanners find, and a
// checksum that tells a mistyped token from an unknown one without a query.
const (
	prefix    = "lcs_"
	randomLen = 32
	sumLen    = 6
	tokenLen  = len(prefix) + randomLen + sumLen
	alphabet  = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// Digest is the SHA-256 of a token, the only form in which it is stored. A
// token is random, so nothing slower is needed against guessing.
type Digest [sha256.Size]byte

// NewToken makes a token with randomness from random (crypto/rand.Reader).
func NewToken(random io.Reader) (string, error) {
	var b strings.Builder
	b.WriteString(prefix)
	for b.Len() < len(prefix)+randomLen {
		var one [1]byte
		if _, err := io.ReadFull(random, one[:]); err != nil {
			return "", fmt.Errorf("read randomness for an API key: %w", err)
		}
		// 248 is 4 × 62: larger bytes would favour some characters.
		if one[0] < 248 {
			b.WriteByte(alphabet[one[0]%62])
		}
	}
	return b.String() + checksum(b.String()), nil
}

// checksum is the CRC-32 of s in base62, always six characters long.
func checksum(s string) string {
	sum := crc32.ChecksumIEEE([]byte(s))
	var out [sumLen]byte
	for i := sumLen - 1; i >= 0; i-- {
		out[i] = alphabet[sum%62]
		sum /= 62
	}
	return string(out[:])
}

// DigestOf is the digest of a token. A text that NewToken cannot have made, a
// mistyped token above all, is auth.unknown.
func DigestOf(token string) (Digest, error) {
	if len(token) != tokenLen || !strings.HasPrefix(token, prefix) ||
		checksum(token[:tokenLen-sumLen]) != token[tokenLen-sumLen:] {
		return Digest{}, errs.New("auth.unknown")
	}
	return sha256.Sum256([]byte(token)), nil
}

// Last4 is what lists show of a token, so that its owner can tell it apart.
func Last4(token string) string { return token[max(0, len(token)-4):] }

// Bootstrap is the admin key that LINECAST_BOOTSTRAP_API_KEY asks for at the
// first start.
func Bootstrap(token string) (NewKey, error) {
	digest, err := DigestOf(token)
	if err != nil {
		return NewKey{}, fmt.Errorf("LINECAST_BOOTSTRAP_API_KEY is not a key that linecast made "+
			"(lcs_ and 38 characters, the last six a checksum): %w", err)
	}
	return NewKey{Name: "bootstrap", Digest: digest, Last4: Last4(token), Scopes: []Scope{Admin}}, nil
}

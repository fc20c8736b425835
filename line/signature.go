package line

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
)

// SignatureHeader carries the signature of a webhook request. LINE may change
// the case of its letters; net/http does not mind.
const SignatureHeader = "X-Line-Signature"

// Sign is the signature LINE sends with a webhook body: base64 of HMAC-SHA256
// over the raw bytes, keyed with the channel secret (LINE docs, Verify webhook
// signature).
func Sign(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// ValidSignature reports whether header is the signature of the raw body under
// one of secrets. Two secrets bridge a rotation, because LINE's reissue ends
// the old one at once. It takes the same time wherever two signatures differ
// and whichever secret fits; an empty secret or header never fits.
func ValidSignature(secrets []string, header string, body []byte) bool {
	valid := false
	for _, secret := range secrets {
		same := hmac.Equal([]byte(Sign(secret, body)), []byte(header))
		valid = same && secret != "" || valid
	}
	return valid
}

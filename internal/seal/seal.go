// Package seal owns the encryption of channel secrets at rest.
//
// Every value gets a data key of its own, and the master key wraps that data
// key (envelope encryption, AES-256-GCM both times). A sealed value is bound
// to the context its caller names, such as "channel:token:U123", so that a
// ciphertext copied into another row does not open there.
//
// The package refuses to tell why a value does not open beyond what an
// operator can act on, and never prints a key or an opened value.
package seal

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// Sizes of a sealed value's parts, in bytes:
//
//	version 1 | master key id 4 | nonce 12 | wrapped data key 32+16 | text n+16
//
// The text's own nonce is all zeros: its data key seals nothing else.
const (
	version    = 1
	keySize    = 32
	idSize     = 4
	nonceSize  = 12
	tagSize    = 16
	wrapSize   = nonceSize + keySize + tagSize
	headerSize = 1 + idSize
	Overhead   = headerSize + wrapSize + tagSize // what Seal adds to a text
)

// Failures of Open. They name no key and no value.
var (
	ErrDamaged    = errors.New("seal: the sealed value is damaged, or belongs to something else")
	ErrUnknownKey = errors.New("seal: the sealed value was made with a master key that is not configured")
)

// Ring is the master keys: the first seals, all of them open. It is safe for
// concurrent use and prints as its number of keys.
type Ring struct{ masters []master }

type master struct {
	id  [idSize]byte // first bytes of the key's SHA-256: tells keys apart, gives nothing away
	gcm cipher.AEAD
}

// NewRing reads master keys as LINECAST_MASTER_KEY holds them: 32 bytes in
// base64 each, separated by commas, the newest first. To rotate, put a new
// key in front and keep the old one until everything was sealed again.
func NewRing(keys string) (*Ring, error) {
	r := &Ring{}
	for i, text := range strings.Split(keys, ",") {
		key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
		if err != nil || len(key) != keySize {
			return nil, fmt.Errorf("seal: master key %d is not 32 bytes in base64 (make one with: openssl rand -base64 32)", i+1)
		}
		r.masters = append(r.masters, newMaster(key))
	}
	return r, nil
}

// NewKey makes a master key with randomness from random (crypto/rand.Reader),
// in the form that NewRing reads.
func NewKey(random io.Reader) (string, error) {
	var key [keySize]byte
	if _, err := io.ReadFull(random, key[:]); err != nil {
		return "", fmt.Errorf("seal: read randomness for a master key: %w", err)
	}
	return base64.StdEncoding.EncodeToString(key[:]), nil
}

func newMaster(key []byte) master {
	sum := sha256.Sum256(key)
	return master{id: [idSize]byte(sum[:idSize]), gcm: newGCM(key)}
}

// newGCM cannot fail for a key of 32 bytes.
func newGCM(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return gcm
}

// Seal encrypts text for context; only Open with the same context gives it
// back.
func (r *Ring) Seal(text []byte, context string) []byte {
	dataKey := make([]byte, keySize)
	rand.Read(dataKey) // never fails: crypto/rand aborts the program instead
	sealed := r.wrap(dataKey, context)
	return newGCM(dataKey).Seal(sealed, make([]byte, nonceSize), text, []byte(context))
}

// wrap makes everything of a sealed value up to the text.
func (r *Ring) wrap(dataKey []byte, context string) []byte {
	m := r.masters[0]
	out := append(make([]byte, 0, Overhead+64), version)
	out = append(out, m.id[:]...)
	nonce := make([]byte, nonceSize)
	rand.Read(nonce)
	out = append(out, nonce...)
	return m.gcm.Seal(out, nonce, dataKey, []byte(context))
}

// Open decrypts what Seal made for the same context. It returns ErrUnknownKey
// when the master key is gone and ErrDamaged for everything else.
func (r *Ring) Open(sealed []byte, context string) ([]byte, error) {
	dataKey, text, err := r.unwrap(sealed, context)
	if err != nil {
		return nil, err
	}
	opened, err := newGCM(dataKey).Open(nil, make([]byte, nonceSize), text, []byte(context))
	if err != nil {
		return nil, ErrDamaged
	}
	return opened, nil
}

func (r *Ring) unwrap(sealed []byte, context string) (dataKey, text []byte, err error) {
	if len(sealed) < Overhead || sealed[0] != version {
		return nil, nil, ErrDamaged
	}
	m, ok := r.master(sealed[1:headerSize])
	if !ok {
		return nil, nil, ErrUnknownKey
	}
	nonce := sealed[headerSize : headerSize+nonceSize]
	wrapped := sealed[headerSize+nonceSize : headerSize+wrapSize]
	dataKey, err = m.gcm.Open(nil, nonce, wrapped, []byte(context))
	if err != nil {
		return nil, nil, ErrDamaged
	}
	return dataKey, sealed[headerSize+wrapSize:], nil
}

func (r *Ring) master(id []byte) (master, bool) {
	for _, m := range r.masters {
		if bytes.Equal(m.id[:], id) {
			return m, true
		}
	}
	return master{}, false
}

// Current reports whether sealed was made with the newest master key; what
// was not should go through Rewrap.
func (r *Ring) Current(sealed []byte) bool {
	return len(sealed) >= Overhead && sealed[0] == version && bytes.Equal(sealed[1:headerSize], r.masters[0].id[:])
}

// Rewrap wraps sealed's data key with the newest master key. The text is
// neither opened nor encrypted again.
func (r *Ring) Rewrap(sealed []byte, context string) ([]byte, error) {
	dataKey, text, err := r.unwrap(sealed, context)
	if err != nil {
		return nil, err
	}
	return append(r.wrap(dataKey, context), text...), nil
}

// String says how many keys there are, so that no format verb shows one.
func (r *Ring) String() string { return fmt.Sprintf("seal.Ring(%d keys)", len(r.masters)) }

// Format answers every verb with String, %#v and %+v included.
func (r *Ring) Format(f fmt.State, _ rune) { fmt.Fprint(f, r.String()) }

// LogValue is String, for slog.
func (r *Ring) LogValue() slog.Value { return slog.StringValue(r.String()) }

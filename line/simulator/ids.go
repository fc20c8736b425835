package simulator

import (
	"encoding/binary"
	"encoding/hex"
	"time"

	"github.com/google/uuid"
)

// personID is a user, group or room id in 17 bytes: its letter and its 32
// hexadecimal digits. A million of them in a map stay small, and free of
// pointers.
type personID [17]byte

// parseID reads an id of LINE's form: U, C or R and 32 lower-case digits.
func parseID(s []byte) (id personID, ok bool) {
	if len(s) != 33 || s[0] != 'U' && s[0] != 'C' && s[0] != 'R' {
		return id, false
	}
	for _, c := range s[1:] {
		if c >= 'A' && c <= 'F' { // which hex.Decode would take
			return id, false
		}
	}
	id[0] = s[0]
	_, err := hex.Decode(id[1:], s[1:])
	return id, err == nil
}

// String is the id as LINE writes it.
func (id personID) String() string { return string(id[:1]) + hex.EncodeToString(id[1:]) }

// mix scrambles 64 bits: splitmix64's finalizer.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// UserID is the i-th user id that the simulator makes up, for i from 0. The
// same i gives the same id in every run.
func UserID(i int) string { return userID(i).String() }

func userID(i int) personID {
	id := personID{'U'}
	high := mix(uint64(i))
	binary.BigEndian.PutUint64(id[1:], high)
	binary.BigEndian.PutUint64(id[9:], uint64(i)^mix(high))
	return id
}

// userIndex is the i of userID; false for ids that it did not make.
func userIndex(id personID) (int, bool) {
	high := binary.BigEndian.Uint64(id[1:])
	i := int(binary.BigEndian.Uint64(id[9:]) ^ mix(high))
	return i, id[0] == 'U' && i >= 0 && userID(i) == id
}

// requestID is the request's number in the form of LINE's request ids.
func requestID(n uint64) uuid.UUID {
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:8], mix(n)&^0xf000|0x4000) // version 4
	binary.BigEndian.PutUint64(id[8:], n|1<<63)               // variant 10
	return id
}

// messageIDBase is where message ids begin: 18 digits, as LINE's have.
const messageIDBase = 461_230_966_842_064_896

// messageID is the id of message i of a request.
func messageID(n uint64, i int) uint64 { return messageIDBase + n*maxMessages + uint64(i) }

// ulid is an id of the form of LINE's webhookEventId: 10 characters of time in
// milliseconds, 16 that follow from n.
func ulid(at time.Time, n uint64) string {
	const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	var id [26]byte
	ms := uint64(at.UnixMilli())
	for i := 9; i >= 0; i-- {
		id[i], ms = digits[ms&31], ms>>5
	}
	high, low := mix(n), mix(mix(n))
	for i := 10; i < 18; i++ {
		id[i], high = digits[high&31], high>>5
		id[i+8], low = digits[low&31], low>>5
	}
	return string(id[:])
}

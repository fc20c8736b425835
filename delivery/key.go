package delivery

import (
	"encoding/binary"

	"github.com/google/uuid"

	"github.com/linecast/linecast/ref"
)

// RetryKey is the X-Line-Retry-Key of one recipient of one run: the same in
// every attempt, whatever process makes it, because it needs nothing but the
// run's namespace and the recipient. LINE executes a key once in 24 hours.
//
// namespace is random for each run. A key made of row numbers alone would
// repeat when linecast is installed anew or restored from a backup, and LINE
// would answer 409 for a message it never saw.
func RetryKey(namespace uuid.UUID, recipient ref.User) uuid.UUID {
	var name [8]byte
	binary.BigEndian.PutUint64(name[:], uint64(recipient))
	return uuid.NewSHA1(namespace, name[:])
}

// MulticastKey is the X-Line-Retry-Key of a group of a batch's Plan. It leaves
// out the recipients on purpose: one who is erased between two attempts must
// not make a new key of a request that LINE may have executed. A number stands
// for the same recipients and bytes for ever, because the plan is stored
// before its first request and numbers are never used again.
func MulticastKey(namespace uuid.UUID, seq, group int) uuid.UUID {
	name := []byte("multicast")
	name = binary.BigEndian.AppendUint64(name, uint64(seq))
	name = binary.BigEndian.AppendUint64(name, uint64(group))
	return uuid.NewSHA1(namespace, name)
}

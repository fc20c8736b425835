package simulator

import "fmt"

// friends is who added the account. The ones it was made with are not copied:
// a million of them are a number.
type friends struct {
	listed  []string
	made    int // UserID(0) to UserID(made-1)
	later   []personID
	known   map[personID]struct{} // listed and later
	blocked map[personID]struct{}
}

func newFriends(c Channel) friends {
	f := friends{listed: c.Followers, made: c.FollowerCount,
		known: make(map[personID]struct{}, len(c.Followers)), blocked: map[personID]struct{}{}}
	for _, s := range c.Followers {
		id, _ := parseID([]byte(s)) // checked by newAccount
		f.known[id] = struct{}{}
	}
	return f
}

// is reports a friend who has not blocked the account.
func (f *friends) is(id personID) bool {
	_, blocked := f.blocked[id]
	return !blocked && f.was(id)
}

// was reports a friend, blocking or not.
func (f *friends) was(id personID) bool {
	if i, ok := userIndex(id); ok && i < f.made {
		return true
	}
	_, ok := f.known[id]
	return ok
}

// len is how many places the list has, blocked ones included.
func (f *friends) len() int { return len(f.listed) + f.made + len(f.later) }

// at is the friend at place i.
func (f *friends) at(i int) personID {
	switch made := i - len(f.listed); {
	case made < 0:
		id, _ := parseID([]byte(f.listed[i]))
		return id
	case made < f.made:
		return userID(made)
	default:
		return f.later[made-f.made]
	}
}

// add makes id a friend who does not block.
func (f *friends) add(id personID) {
	delete(f.blocked, id)
	if !f.was(id) {
		f.known[id] = struct{}{}
		f.later = append(f.later, id)
	}
}

// Block makes users block the account: messages to them are accepted, not
// counted and not shown in the list of followers. It sends no event; see
// SendWebhook.
func (a *Account) Block(users ...string) error {
	return a.eachUser(users, func(id personID) { a.friends.blocked[id] = struct{}{} })
}

// Befriend makes users friends of the account, who do not block it.
func (a *Account) Befriend(users ...string) error { return a.eachUser(users, a.friends.add) }

// eachUser calls f, holding the lock, for every user, or for none when one is
// malformed.
func (a *Account) eachUser(users []string, f func(personID)) error {
	ids := make([]personID, len(users))
	for i, s := range users {
		id, ok := parseID([]byte(s))
		if !ok || id[0] != 'U' {
			return fmt.Errorf("%q has not the form of a user id", s)
		}
		ids[i] = id
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, id := range ids {
		f(id)
	}
	return nil
}

package web

import (
	"crypto/rand"
	"sync"
	"time"
)

// linkLife is how long a one-time link works.
const linkLife = 10 * time.Minute

// OneTimeLinks signs people in without showing them a key, as linecast demo
// does. The links live in this process and end with it. They are safe for
// concurrent use.
type OneTimeLinks struct {
	now func() time.Time

	mu    sync.Mutex
	links map[string]oneTimeLink // by token
}

type oneTimeLink struct {
	key string
	end time.Time
}

// NewOneTimeLinks makes an empty set that reads the time from now.
func NewOneTimeLinks(now func() time.Time) *OneTimeLinks {
	return &OneTimeLinks{now: now, links: map[string]oneTimeLink{}}
}

// Issue makes the path of a link that signs in with key, once, within ten
// minutes.
func (l *OneTimeLinks) Issue(key string) (path string) {
	token := rand.Text()
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	for old, link := range l.links {
		if now.After(link.end) {
			delete(l.links, old)
		}
	}
	l.links[token] = oneTimeLink{key: key, end: now.Add(linkLife)}
	return "/signin/once/" + token
}

// take is the key of a link that was not used yet; the link is used then.
func (l *OneTimeLinks) take(token string) (key string, ok bool) {
	if l == nil {
		return "", false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	link, ok := l.links[token]
	delete(l.links, token)
	return link.key, ok && l.now().Before(link.end)
}

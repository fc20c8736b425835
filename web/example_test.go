package web_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/linecast/linecast/internal/seal"
	"github.com/linecast/linecast/web"
)

// A program mounts the pages at "/", beside its API, and prints a link that
// signs in once.
func Example() {
	ring, err := seal.NewRing(base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{1}, 32)))
	if err != nil {
		fmt.Println(err)
		return
	}
	links := web.NewOneTimeLinks(time.Now)
	pages := web.New(web.Deps{
		Store: sample(), Auth: newKeyring(), Sealer: ring, Links: links, Zone: time.UTC,
		Log: slog.New(slog.DiscardHandler), Now: time.Now, Random: rand.Reader,
	})
	defer pages.Stop()

	for _, path := range []string{"/", links.Issue(adminKey)} {
		w := httptest.NewRecorder()
		pages.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		fmt.Println(w.Code, w.Header().Get("Location"))
	}
	// Output:
	// 303 /signin?next=%2F
	// 303 /
}

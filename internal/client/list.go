package client

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// pageSize is the server's largest page.
const pageSize = 200

// List goes through a list, page by page, up to limit items; 0 is all of them.
// path may have a query. An error ends it.
func List(ctx context.Context, c *Client, path string, limit int) iter.Seq2[json.RawMessage, error] {
	return func(yield func(json.RawMessage, error) bool) {
		for cursor, left := "", limit; ; {
			page := struct {
				Data []json.RawMessage `json:"data"`
				Next string            `json:"next_cursor"`
			}{}
			if err := c.Do(ctx, http.MethodGet, pagePath(path, cursor, left), nil, &page); err != nil {
				yield(nil, err)
				return
			}
			for _, item := range page.Data {
				if !yield(item, nil) {
					return
				}
			}
			left -= len(page.Data)
			if cursor = page.Next; cursor == "" || limit > 0 && left <= 0 {
				return
			}
		}
	}
}

func pagePath(path, cursor string, left int) string {
	size := pageSize
	if left > 0 {
		size = min(left, pageSize)
	}
	query := url.Values{"limit": {strconv.Itoa(size)}}
	if cursor != "" {
		query.Set("cursor", cursor)
	}
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	return path + separator + query.Encode()
}

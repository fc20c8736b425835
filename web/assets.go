package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/linecast/linecast/errs"
)

//go:embed assets
var assetFiles embed.FS

// assetTypes are the kinds of files there are; the system's own table of types
// differs from machine to machine.
var assetTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// assets are the embedded files under names that change with their content, so
// that browsers may keep them for ever.
type assets struct {
	path   map[string]string // "style.css" → "/assets/style.1a2b3c4d.css"
	served map[string][]byte // "style.1a2b3c4d.css" → its content
}

func newAssets() assets {
	a := assets{path: map[string]string{}, served: map[string][]byte{}}
	files, err := fs.ReadDir(assetFiles, "assets")
	if err != nil {
		panic(err) // the files are part of the program
	}
	for _, file := range files {
		content, err := assetFiles.ReadFile("assets/" + file.Name())
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(content)
		ext := path.Ext(file.Name())
		name := strings.TrimSuffix(file.Name(), ext) + "." + hex.EncodeToString(sum[:4]) + ext
		a.path[file.Name()], a.served[name] = "/assets/"+name, content
	}
	return a
}

func (s *Web) asset(w *response, r *http.Request) (page, error) {
	name := r.PathValue("name")
	content, ok := s.assets.served[name]
	if !ok {
		return nil, errs.New("web.not_found", r.URL.Path)
	}
	w.Header().Set("Content-Type", assetTypes[path.Ext(name)])
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, err := w.Write(content)
	return nil, err
}

package message

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// urlFormat is an address with one of schemes. extensions are the file endings
// LINE takes there; another known ending is a Warning, because the address
// need not tell the type of the file.
func urlFormat(says string, schemes []string, extensions ...string) *format {
	check := func(content []byte) (string, Severity) {
		if wrong := badScheme(content, schemes); wrong != "" {
			return wrong, Error
		}
		if wrong, severity := badCharacter(content); wrong != "" {
			return wrong, severity
		}
		if ending := mediaEnding(content); ending != "" && len(extensions) > 0 && !slices.Contains(extensions, ending) {
			return fmt.Sprintf("ends in .%s; LINE takes %s here", ending, strings.Join(extensions, ", ")), Warning
		}
		return "", 0
	}
	return &format{says, "https://example.com/a", codeBadURL, check}
}

var (
	secure = []string{"https"}
	// linkFormat is for what opens when something is tapped.
	linkFormat = urlFormat("http, https, line or tel", []string{"http", "https", "line", "tel"})
	imageURL   = urlFormat("https, JPEG or PNG", secure, "jpg", "jpeg", "png")
	pngURL     = urlFormat("https, PNG", secure, "png")
	videoURL   = urlFormat("https, mp4", secure, "mp4")
	audioURL   = urlFormat("https, mp3 or m4a", secure, "mp3", "m4a")
	secureURL  = urlFormat("https", secure)
)

// imagemapURL is what LINE adds /1040 and other widths to.
var imagemapURL = &format{"https, without file ending", "https://example.com/a", codeBadURL, func(content []byte) (string, Severity) {
	wrong, severity := secureURL.check(content)
	if ending := mediaEnding(content); severity != Error && ending != "" {
		return fmt.Sprintf("ends in .%s; LINE adds /1040 and other widths to the address, so the image would never show", ending), Error
	}
	return wrong, severity
}}

// badScheme says what is wrong with the start of an address.
func badScheme(content []byte, schemes []string) string {
	scheme, rest, found := bytes.Cut(content, []byte(":"))
	if !found || bytes.ContainsAny(scheme, "/?#. ") {
		return "has no scheme; write https://…"
	}
	known := slices.IndexFunc(schemes, func(s string) bool { return strings.EqualFold(s, string(scheme)) })
	if known < 0 {
		return fmt.Sprintf("has the scheme %q; LINE takes %s here", clip(scheme, 20), strings.Join(schemes, ", "))
	}
	if schemes[known] == "tel" {
		if len(rest) == 0 {
			return "has no number after tel:"
		}
		return ""
	}
	host, ok := bytes.CutPrefix(rest, []byte("//"))
	if i := bytes.IndexAny(host, "/?#"); i >= 0 {
		host = host[:i]
	}
	if !ok || len(host) == 0 {
		return fmt.Sprintf("has no host; write %s://example.com/…", schemes[known])
	}
	return ""
}

// badCharacter finds what must be percent-encoded (LINE reference, "About the
// encoding of a URL"). Space and control characters and a % without two digits
// cannot be read as a URL at all; of the others LINE says "should".
func badCharacter(content []byte) (string, Severity) {
	severity, wrong := Severity(0), ""
	for i, b := range content {
		switch {
		case isWord(b) || b == '/' || b == '.' || b == '-':
		case b <= ' ' || b == 0x7f:
			return fmt.Sprintf("has %q in it; write it as %%%02X", b, b), Error
		case b == '%' && (len(content) < i+3 || !isHex(content[i+1]) || !isHex(content[i+2])):
			return fmt.Sprintf("has %q in it; a %% as text is written %%25", clip(content[i:], 3)), Error
		case wrong == "" && (b >= 0x80 || bytes.IndexByte([]byte("\"<>\\^`{|}"), b) >= 0):
			severity, wrong = Warning, fmt.Sprintf("has %q in it; LINE asks for percent-encoded UTF-8", firstRune(content[i:]))
		}
	}
	return wrong, severity
}

// firstRune is the character that b starts with.
func firstRune(b []byte) string {
	r, _ := utf8.DecodeRune(b)
	return string(r)
}

// mediaEndings are the endings of files that people link to.
var mediaEndings = []string{"jpg", "jpeg", "png", "gif", "webp", "svg", "bmp", "heic", "mp4", "mov", "webm", "avi", "m4v", "3gp",
	"mp3", "m4a", "ogg", "wav", "aac", "pdf", "html"}

// mediaEnding is the file ending of an address's path, when it is a known one.
func mediaEnding(content []byte) string {
	if i := bytes.IndexAny(content, "?#"); i >= 0 {
		content = content[:i]
	}
	dot, slash := bytes.LastIndexByte(content, '.'), bytes.LastIndexByte(content, '/')
	if dot < slash || len(content)-dot > 6 {
		return ""
	}
	known := slices.IndexFunc(mediaEndings, func(e string) bool { return strings.EqualFold(e, string(content[dot+1:])) })
	if known < 0 || bytes.Count(content, []byte("/")) < 3 {
		return ""
	}
	return mediaEndings[known]
}

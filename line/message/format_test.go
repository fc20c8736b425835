package message

import (
	"strings"
	"testing"
)

// TestFormats: what each form takes, and what it refuses or warns of. LINE's
// examples are among them.
func TestFormats(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name                 string
		format               *format
		good, warned, refuse []string
	}{
		{"link", linkFormat, []string{"https://example.com", "http://example.com/p?q=a%20b#c", "line://nv/chat", "tel:09001234567", "HTTP://EXAMPLE.COM",
			"https://line.me/R/nv/recommendOA/%40linedevelopers", "https://[::1]:8080/", "https://example.com/a.pdf", "tel:+81-3-1234-5678"},
			[]string{"https://例え.jp/", "https://example.com/?q=a|b", "https://example.com/{id}", `https://example.com/a\b`},
			[]string{"", "example.com", "//example.com", "https:", "https://", "https://?q", "https://#f", "mailto:a@b", "javascript:alert(1)", "tel:",
				"https://example.com/a b", "https://example.com/\n", "https://example.com/%", "https://example.com/%4", "https://example.com/%4g", "a b:c", "httpss://example.com"}},
		{"image", imageURL, []string{"https://example.com/a.jpg", "https://example.com/a.JPEG?x=.gif", "https://example.com/a.png#b", "https://example.com", "https://example.com/a.b/c",
			"https://example.com/resize?src=a.gif", "https://a.png/x", "https://example.com/v1.2.3456789"},
			[]string{"https://example.com/a.gif", "https://example.com/a.WEBP"}, []string{"http://example.com/a.jpg", "line://a", "ftp://example.com/a.jpg"}},
		{"imagemap", imagemapURL, []string{"https://example.com/images/rm001", "https://example.com/a.b/c"}, []string{"https://example.com/ก"},
			[]string{"https://example.com/a.png", "https://example.com/a.jpg?v=1", "http://example.com/a", "https://example.com/a b.png"}},
		{"rgb", rgbFormat, []string{"#FFFFFF", "#00b900", "#012345"}, nil, []string{"", "#", "FFFFFF", "#FFF", "#FFFFFFF", "#FFFFFFFF", "#GGGGGG", "red", "#กขค", "#FFFFF "}},
		{"rgba", rgbaFormat, []string{"#FFFFFF", "#FFFFFF80"}, nil, []string{"#FFF", "#FFFF", "#FFFFFFF", "rgb(0,0,0)"}},
		{"ratio", ratioFormat, []string{"1:1", "20:13", "1.91:1", "1:3", "100000:1", "100000:100000"}, nil,
			[]string{"", "1", ":", "1:", ":1", "1:1:1", "1x1", "0:1", "1:0", "0.5:1", "100001:1", "1:3.1", "-1:1", "1e2:1", "1 : 1", "1.:1", ".5:1"}},
		{"angle", angleFormat, []string{"0deg", "90deg", "23.5deg", "359.9deg"}, nil, []string{"", "deg", "90", "360deg", "-1deg", "90 deg", "1e2deg", "90degs"}},
		{"percent", percentFormat, []string{"0%", "50%", "23.5%", "100%"}, nil, []string{"", "%", "50", "100.1%", "-1%", "50px"}},
		{"space", spaceFormat, []string{"0px", "50px", "23.5px", "none", "xxl"}, nil, []string{"", "px", "50", "50%", "-1px", "XXL", "3xl", "50 px"}},
		{"padding", paddingFormat, []string{"50px", "50%", "none"}, nil, []string{"-1px", "full"}},
		{"offset", offsetFormat, []string{"50px", "-10px", "-5%", "md"}, nil, []string{"--1px", "-md", "-"}},
		{"box size", boxSizeFormat, []string{"50px", "100%"}, nil, []string{"md", "auto", "-1px"}},
		{"border", borderFormat, []string{"1px", "semi-bold"}, nil, []string{"1%", "thin"}},
		{"font", fontFormat, []string{"23.5px", "5xl"}, nil, []string{"50%", "full", "6xl"}},
		{"image size", imageFormat, []string{"50%", "50px", "full", "xxs"}, nil, []string{"auto", "none"}},
		{"pixels", pixelsFormat, []string{"20px"}, nil, []string{"20", "md", "20%"}},
		{"word", wordFormat, []string{"Promotion_a", "2025_winter_campaign"}, nil, []string{"new-item", "a b", "ก"}},
		{"tracking", trackingFormat, []string{"track-id", "-.=,+*()%$&;:@{}!?<>[]"}, nil, []string{"a_b", "a/b", "a b", "é"}},
		{"key", keyFormat, []string{"user1", "A_9", strings.Repeat("a", 20)}, nil, []string{"", strings.Repeat("a", 21), "user 1", "{"}},
		{"sender", senderFormat, []string{"Cony", "Online shop", "line art"}, []string{"LINE", "My LINE shop"}, nil},
		{"recipient", recipientFormat, []string{"U0123456789abcdef0123456789abcdef", "C0123456789abcdef0123456789abcdef", "R0123456789abcdef0123456789abcdef",
			"{{UserAttribute['line_id']}}", "<<UserAttribute['line_id']>>"}, nil,
			[]string{"", "U", "u0123456789abcdef0123456789abcdef", "U0123456789ABCDEF0123456789abcdef", "X0123456789abcdef0123456789abcdef", "U0123456789abcdef0123456789abcdef0"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if wrong, _ := test.format.check([]byte(test.format.example)); wrong != "" {
				t.Errorf("its own example %q %s", test.format.example, wrong)
			}
			for severity, values := range map[Severity][]string{0: test.good, Warning: test.warned, Error: test.refuse} {
				for _, value := range values {
					if wrong, got := test.format.check([]byte(value)); got != severity || (wrong == "") != (severity == 0) {
						t.Errorf("%q: severity %d %q, want %d", value, got, wrong, severity)
					}
				}
			}
		})
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	known := []string{"text", "textV2", "sticker", "image", "imagemap", "originalContentUrl"}
	for name, want := range map[string]string{
		"txt": "text", "Text": "text", "textv2": "textV2", "stiker": "sticker", "images": "image", "originalContentURL": "originalContentUrl",
		"orginalContenturl": "originalContentUrl", "video": "", "": "", "x": "", "imag": "image", "somethingElseEntirely": "",
	} {
		if got := nearest(name, known); got != want {
			t.Errorf("nearest(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestEdits(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"", "abc", 3}, {"kitten", "sitting", 3}, {"text", "txet", 2}, {"same", "same", 0}} {
		if got := edits(test.a, test.b); got != test.want {
			t.Errorf("edits(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
		if got := edits(test.b, test.a); got != test.want {
			t.Errorf("edits(%q, %q) = %d, want %d", test.b, test.a, got, test.want)
		}
	}
}

package templating

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// benchUser is a user of a usual size: thirty attributes, about a kilobyte.
func benchUser() Values {
	var b strings.Builder
	b.WriteString(`{"age": 42, "vip": true, "city": "東京", "name": "Aki \"Ace\" Sato", "tier": "gold", "price": 1234.5, "points": 1200`)
	for i := range 23 {
		fmt.Fprintf(&b, `, "attribute_%d": "value number %d"`, i, i)
	}
	b.WriteString(`, "cart": [{"url": "https://example.com/1", "price": 300, "title": "Tea"}, {"url": "https://example.com/2", "price": 450, "title": "Cake \"XL\""}]}`)
	return JSON([]byte(b.String()))
}

const benchText = `{"messages":[{"type":"text","text":"Hi {{UserAttribute['name']|default('there')}}!"}]}`

// benchFlex is a bubble of about 2.4 KB with nine placeholders.
func benchFlex() string {
	row := `{"type":"box","layout":"baseline","spacing":"sm","contents":[{"type":"text","text":"Attribute","color":"#aaaaaa","size":"sm","flex":1},{"type":"text","text":"{{UserAttribute['attribute_%d']|default('none')}}","wrap":true,"color":"#666666","size":"sm","flex":5}]},`
	var rows strings.Builder
	for i := range 6 {
		fmt.Fprintf(&rows, row, i)
	}
	return `{"to":"{{UserAttribute['line_id']}}","messages":[{"type":"flex","altText":"Hello {{UserAttribute['name']}}","contents":{"type":"bubble","hero":{"type":"image","url":"https://example.com/hero.png","size":"full","aspectRatio":"20:13","aspectMode":"cover","action":{"type":"uri","uri":"https://example.com/?u={{UserAttribute['points']}}"}},"body":{"type":"box","layout":"vertical","contents":[{"type":"text","text":"Your points","weight":"bold","size":"xl"},` +
		rows.String() + `{"type":"separator","margin":"xxl"}]},"footer":{"type":"box","layout":"vertical","spacing":"sm","flex":0,"contents":[{"type":"button","style":"link","height":"sm","action":{"type":"uri","label":"CALL","uri":"https://example.com"}},{"type":"button","style":"link","height":"sm","action":{"type":"uri","label":"WEBSITE","uri":"https://example.com"}}]}}}]}`
}

// benchDynamic makes a message of each item of a list.
const benchDynamic = `{"messages":[{% if UserAttribute['vip'] %}{"type":"text","text":"VIP {{UserAttribute['name']}}"},{% endif %}{% for p in UserAttribute['cart'] %}{"type":"text","text":"{{ loop.index }}. {{p.title}} for {{p.price}}: {{p.url}}"},{% endfor %}{"type":"text","text":"Total {{UserAttribute['cart']|sum(attribute='price')}}"}]}`

func benchmarkRender(b *testing.B, source string) {
	t, err := Compile(source, Options{})
	if err != nil {
		b.Fatal(err)
	}
	d := &Data{LineID: "U4af4980629f9a3d7b1a2c3d4e5f60718", Attributes: benchUser(), Now: time.Unix(1795000000, 0)}
	dst, err := t.RenderPush(nil, d)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(dst)))
	b.ReportAllocs()
	for b.Loop() {
		if dst, err = t.RenderPush(dst[:0], d); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRenderText(b *testing.B)    { benchmarkRender(b, benchText) }
func BenchmarkRenderFlex(b *testing.B)    { benchmarkRender(b, benchFlex()) }
func BenchmarkRenderDynamic(b *testing.B) { benchmarkRender(b, benchDynamic) }

func BenchmarkRenderShared(b *testing.B) {
	t, err := Compile(benchFlex(), Options{})
	if err != nil {
		b.Fatal(err)
	}
	d := &Data{LineID: "U4af4980629f9a3d7b1a2c3d4e5f60718", Attributes: benchUser()}
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		if dst, err = t.RenderShared(dst[:0], d); err != nil {
			b.Fatal(err)
		}
	}
}

func benchmarkCompile(b *testing.B, source string) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Compile(source, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompileFlex(b *testing.B)    { benchmarkCompile(b, benchFlex()) }
func BenchmarkCompileDynamic(b *testing.B) { benchmarkCompile(b, benchDynamic) }

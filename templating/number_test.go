package templating

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// textOf renders {{ x }} for the attributes user and reads the text back.
func textOf(t *testing.T, x, user string, opts Options) (string, error) {
	t.Helper()
	out, err := mustCompile(t, inText(`{{ `+x+` }}`), opts).Render(nil, &Data{LineID: testLineID, Attributes: JSON([]byte(user)), Now: exampleNow})
	if err != nil {
		return "", err
	}
	return decode(t, string(out)).(map[string]any)["messages"].([]any)[0].(map[string]any)["text"].(string), nil
}

func TestNumbersOfLanguages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ value, args, language, want string }{
		{`1234567`, "", "en", "1,234,567"},
		{`1234567`, "", "id", "1.234.567"},
		{`1234567.5`, "(2)", "id", "1.234.567,50"},
		{`1234567.5`, "(2)", "th", "1,234,567.50"},
		{`1234567.5`, "(language='id')", "ja", "1.234.567,5"},
		{`1234567.5`, "(0)", "en", "1,234,568"},
		{`2.5`, "(0)", "en", "2"},
		{`999`, "", "en", "999"},
		{`1000`, "", "en", "1,000"},
		{`-1000.25`, "(1)", "en", "-1,000.2"},
		{`0`, "(2)", "en", "0.00"},
		{`1e20`, "", "en", "100,000,000,000,000,000,000"},
		{`0.00001`, "", "en", "0.00001"},
		{`123456789012345678901234567890`, "(1)", "ko", "123,456,789,012,345,678,901,234,567,890.0"},
		{`"1980.5"`, "(2)", "zh-Hant", "1,980.50"},
		{`" 42 "`, "", "en", "42"},
		{`true`, "", "en", "1"},
	} {
		got, err := textOf(t, "UserAttribute['x']|number"+c.args, `{"x":`+c.value+`}`, Options{Language: c.language})
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
			t.Errorf("%s|number%s in %s: %v\n%s", c.value, c.args, c.language, err, diff)
		}
	}
}

// Numbers are printed as Python prints them, outside quotes as JSON has them.
func TestNumbersArePythons(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ value, text, bare string }{
		{`1`, "1", "1"}, {`-0`, "0", "0"}, {`1.0`, "1.0", "1.0"}, {`1.50`, "1.5", "1.5"}, {`-0.0`, "-0.0", "-0.0"},
		{`1e3`, "1000.0", "1000.0"}, {`1E-5`, "1e-05", "1e-05"}, {`1e16`, "1e+16", "1e+16"}, {`123456789012345.0`, "123456789012345.0", "123456789012345.0"},
		{`0.1`, "0.1", "0.1"}, {`0.30000000000000004`, "0.30000000000000004", "0.30000000000000004"},
		{`9223372036854775807`, "9223372036854775807", "9223372036854775807"}, {`9223372036854775808`, "9223372036854775808", "9223372036854775808"},
	} {
		user := `{"x":` + c.value + `}`
		got, err := textOf(t, "UserAttribute['x']", user, Options{})
		if diff := cmp.Diff(c.text, got); err != nil || diff != "" {
			t.Errorf("%s as text: %v\n%s", c.value, err, diff)
		}
		for _, source := range []string{`{"a":{{UserAttribute['x']}}}`, `{"a":{{ [UserAttribute['x']]|first }}}`} {
			out, err := mustCompile(t, source, Options{}).Render(nil, &Data{Attributes: JSON([]byte(user))})
			if diff := cmp.Diff(`{"a":`+c.bare+`}`, string(out)); err != nil || diff != "" {
				t.Errorf("%s in %s: %v\n%s", c.value, source, err, diff)
			}
		}
	}
}

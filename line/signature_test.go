package line

import "testing"

// LINE's published example (LINE docs, Verify webhook signature).
const (
	vectorSecret    = "8c570fa6dd201bb328f1c1eac23a96d8"
	vectorBody      = `{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}`
	vectorSignature = "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="
)

func TestSign(t *testing.T) {
	t.Parallel()
	if got := Sign(vectorSecret, []byte(vectorBody)); got != vectorSignature {
		t.Errorf("Sign = %s, LINE's example says %s", got, vectorSignature)
	}
}

func TestValidSignature(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		secrets []string
		header  string
		body    string
		want    bool
	}{
		{"LINE's example", []string{vectorSecret}, vectorSignature, vectorBody, true},
		{"the old secret of two", []string{"new", vectorSecret}, vectorSignature, vectorBody, true},
		{"the new secret of two", []string{vectorSecret, "old"}, vectorSignature, vectorBody, true},
		{"another secret", []string{"other"}, vectorSignature, vectorBody, false},
		{"no secret", nil, vectorSignature, vectorBody, false},
		{"an empty secret never fits", []string{""}, Sign("", []byte(vectorBody)), vectorBody, false},
		{"no header", []string{vectorSecret}, "", vectorBody, false},
		{"changed body", []string{vectorSecret}, vectorSignature, vectorBody + " ", false},
		{"changed signature", []string{vectorSecret}, "A" + vectorSignature[1:], vectorBody, false},
		{"longer signature", []string{vectorSecret}, vectorSignature + "=", vectorBody, false},
		{"not base64", []string{vectorSecret}, "%%%", vectorBody, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := ValidSignature(c.secrets, c.header, []byte(c.body)); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

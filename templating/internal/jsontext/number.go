package jsontext

// NumberEnd is the offset behind the JSON number that starts at i, or -1 when
// none does.
func NumberEnd(s string, i int) int {
	if i < len(s) && s[i] == '-' {
		i++
	}
	start := i
	i = digits(s, i)
	if i == start || s[start] == '0' && i > start+1 {
		return -1
	}
	if i < len(s) && s[i] == '.' {
		j := digits(s, i+1)
		if j == i+1 {
			return -1
		}
		i = j
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		j := i + 1
		if j < len(s) && (s[j] == '+' || s[j] == '-') {
			j++
		}
		if i = digits(s, j); i == j {
			return -1
		}
	}
	return i
}

func digits(s string, i int) int {
	for i < len(s) && '0' <= s[i] && s[i] <= '9' {
		i++
	}
	return i
}

// IsNumber says whether s is one JSON number.
func IsNumber(s string) bool { return NumberEnd(s, 0) == len(s) && s != "" }

// IsInteger says whether s is a JSON number without fraction and exponent.
func IsInteger(s string) bool {
	if !IsNumber(s) {
		return false
	}
	start := 0
	if s[0] == '-' {
		start = 1
	}
	return digits(s, start) == len(s)
}

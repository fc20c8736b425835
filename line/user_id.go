package line

// UserIDPattern is the form of a LINE user id (LINE reference, Webhooks,
// Request body). It is not the LINE ID that people search for.
const UserIDPattern = `^U[0-9a-f]{32}$`

// userIDLength is U and 32 hexadecimal digits.
const userIDLength = 33

// ValidUserID reports whether s matches UserIDPattern. It is written by hand
// because an import asks it once a row.
func ValidUserID(s string) bool {
	if len(s) != userIDLength || s[0] != 'U' {
		return false
	}
	for i := 1; i < len(s); i++ {
		c := s[i]
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// ShortUserID is how a user id may be shown in logs: "U4af…0718". Anything
// that is not a user id becomes "(not a user id)", whatever it holds.
func ShortUserID(s string) string {
	if !ValidUserID(s) {
		return "(not a user id)"
	}
	return s[:4] + "…" + s[len(s)-4:]
}

package simulator

import (
	"encoding/json"
	"fmt"
)

// complaint is an entry of an error's details.
type complaint struct {
	Message  string `json:"message,omitempty"`
	Property string `json:"property,omitempty"`
}

// fault is an error answer: LINE's message and details.
type fault struct {
	Message string      `json:"message"`
	Details []complaint `json:"details,omitempty"`
}

// Texts of LINE (LINE reference, Error messages; the 401 as seen in the wild).
const (
	textUnauthorized = "Authentication failed due to the following reason: invalid token. " +
		"Confirm that the access token in the authorization header is valid."
	textNoHeader  = "Authorization header required. Must follow the scheme, 'Authorization: Bearer <ACCESS TOKEN>'"
	textForbidden = "Access to this API is not available for your account"
	textFailed    = "Failed to send messages"
	textQuota     = "You have reached your monthly limit."
	textRate      = "The API rate limit has been exceeded. Try again later."
	textConflict  = "The retry key is already accepted"
	textNotFound  = "Not found"
	textBadStart  = "Invalid start param"
	textBadHook   = "Invalid webhook endpoint URL"
	textNoHook    = "Webhook endpoint not found"
	textInternal  = "Internal server error" // LINE publishes no text for the following
	textTooLarge  = "Request body is too large"
	textBadKey    = "The retry key is invalid"
	textNoKeyHere = "The retry key is not supported by this endpoint"
	textBadUser   = "The value for the 'userId' parameter is invalid"
	textBadLimit  = "The value for the 'limit' parameter is invalid"
)

// failure is an answer of LINE's error form.
func failure(status int, message string, details ...complaint) reply {
	body, err := json.Marshal(fault{message, details})
	if err != nil {
		panic(err) // strings cannot fail
	}
	return reply{status: status, body: body}
}

// notJSON says where a body stops being JSON.
func notJSON(s *scanner) reply {
	line, column := s.where()
	return failure(400, fmt.Sprintf("The request body could not be parsed as JSON (line: %d, column: %d)", line, column))
}

// badProperty is LINE's answer to a value of the wrong form.
func badProperty(name string) reply {
	return failure(400, fmt.Sprintf("The property, %s, in the request body is invalid (line: -, column: -)", name))
}

// complaints is LINE's answer to a body that breaks rules.
func complaints(list []complaint) reply {
	return failure(400, fmt.Sprintf("The request body has %d error(s)", len(list)), list...)
}

package message

// messageRows are the messages of one object each (LINE reference, "Message
// objects"); imagemaps, templates and Flex have files of their own.
var messageRows = tables{
	objects: []object{
		message("text", "text-message", []field{
			{name: "text", kind: str, need: required, max: 5000, note: "LINE counts a LINE emoji as its hidden text, so a text close to the limit with emojis may still be refused"},
			{name: "emojis", kind: list, max: 20, of: "emoji"},
			{name: "quoteToken", kind: str},
		}, emojisAtDollars),
		{name: "emoji", title: "LINE emoji in a text", anchor: "text-message", fields: []field{
			{name: "index", kind: integer, need: required, between: atLeast(0)},
			{name: "productId", kind: str, need: expected},
			{name: "emojiId", kind: str, need: expected},
		}},
		message("textV2", "text-message-v2", []field{
			{name: "text", kind: str, need: required, max: 5000},
			{name: "substitution", kind: dict, max: 100, format: keyFormat, of: "substitution"},
			{name: "quoteToken", kind: str},
		}, placeholdersPaired),
		{name: "mention", title: "mention in a textV2", anchor: "text-message-v2-mention-object", fields: []field{
			{name: "mentionee", kind: obj, need: required, of: "mentionee"},
		}},
		{name: "user mentionee", title: "mentioned user", anchor: "text-message-v2-mentionee-user", fields: []field{
			{name: "userId", kind: str, need: required},
		}},
		{name: "all mentionee", title: "mention of all", anchor: "text-message-v2-mentionee-all"},
		{name: "substituted emoji", title: "LINE emoji in a textV2", anchor: "text-message-v2-emoji-object", fields: []field{
			{name: "productId", kind: str, need: required},
			{name: "emojiId", kind: str, need: required},
		}},
		message("sticker", "sticker-message", []field{
			{name: "packageId", kind: str, need: required, note: "a sticker on LINE's list of sendable ones"},
			{name: "stickerId", kind: str, need: required},
			{name: "quoteToken", kind: str},
		}),
		message("image", "image-message", []field{
			{name: "originalContentUrl", kind: str, need: required, max: 2000, format: imageURL, note: "at most 10 MB"},
			{name: "previewImageUrl", kind: str, need: required, max: 2000, format: imageURL, note: "at most 1 MB"},
		}),
		message("video", "video-message", []field{
			{name: "originalContentUrl", kind: str, need: required, max: 2000, format: videoURL, note: "at most 200 MB"},
			{name: "previewImageUrl", kind: str, need: required, max: 2000, format: imageURL, note: "at most 1 MB"},
			{name: "trackingId", kind: str, max: 100, format: trackingFormat, note: "not for groups and rooms"},
		}),
		message("audio", "audio-message", []field{
			{name: "originalContentUrl", kind: str, need: required, max: 2000, format: audioURL, note: "at most 200 MB"},
			{name: "duration", kind: number, need: required, between: atLeast(1), soft: softBounds, note: "milliseconds"},
		}),
		message("location", "location-message", []field{
			{name: "title", kind: str, need: required, max: 100},
			{name: "address", kind: str, need: required, max: 100},
			{name: "latitude", kind: number, need: required, between: &interval{-90, 90}, soft: softBounds},
			{name: "longitude", kind: number, need: required, between: &interval{-180, 180}, soft: softBounds},
		}),
		message("coupon", "coupon-message", []field{
			{name: "couponId", kind: str, need: required, note: "a running coupon of the account"},
			{name: "deliveryTag", kind: str, max: 30, format: wordFormat},
		}),
	},
	unions: []union{
		{name: "substitution", title: "a substitution", cases: []choice{
			{value: "mention", of: "mention"},
			{value: "emoji", of: "substituted emoji"},
		}},
		{name: "mentionee", title: "a mentionee", cases: []choice{
			{value: "user", of: "user mentionee"},
			{value: "all", of: "all mentionee"},
		}},
	},
}

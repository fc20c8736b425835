package message

// imagemapRows are imagemap messages (LINE reference, "Imagemap message").
var imagemapRows = tables{
	objects: []object{
		message("imagemap", "imagemap-message", []field{
			{name: "baseUrl", kind: str, need: required, max: 2000, format: imagemapURL, note: "LINE loads /240 /300 /460 /700 /1040 under it"},
			{name: "altText", kind: str, need: required, max: 1500},
			{name: "baseSize", kind: obj, need: required, of: "imagemap size"},
			{name: "actions", kind: list, need: required, max: 50, of: "imagemap action"},
			{name: "video", kind: obj, of: "imagemap video"},
		}, areasInsideImage),
		{name: "imagemap size", title: "imagemap base size", anchor: "imagemap-message", fields: []field{
			{name: "width", kind: integer, need: required, between: &interval{1040, 1040}},
			{name: "height", kind: integer, need: required, between: atLeast(1), note: "the height that goes with a width of 1040"},
		}},
		{name: "imagemap video", title: "imagemap video", anchor: "imagemap-message", fields: []field{
			{name: "originalContentUrl", kind: str, need: required, max: 2000, format: videoURL, note: "at most 200 MB"},
			{name: "previewImageUrl", kind: str, need: required, max: 2000, format: imageURL, note: "at most 1 MB"},
			{name: "area", kind: obj, need: required, of: "imagemap area"},
			{name: "externalLink", kind: obj, of: "imagemap link"},
		}},
		{name: "imagemap link", title: "link after an imagemap video", anchor: "imagemap-message", fields: []field{
			{name: "linkUri", kind: str, need: required, max: 1000, format: linkFormat},
			{name: "label", kind: str, need: required, max: 30},
		}},
		{name: "imagemap area", title: "imagemap area", anchor: "imagemap-area-object", fields: []field{
			{name: "x", kind: integer, need: required, between: atLeast(0)},
			{name: "y", kind: integer, need: required, between: atLeast(0)},
			{name: "width", kind: integer, need: required, between: atLeast(1), soft: softBounds},
			{name: "height", kind: integer, need: required, between: atLeast(1), soft: softBounds},
		}},
		{name: "imagemap uri action", title: "imagemap uri action", anchor: "imagemap-uri-action-object", fields: []field{
			{name: "linkUri", kind: str, need: required, max: 1000, format: linkFormat}, imagemapLabel, imagemapArea,
		}},
		{name: "imagemap message action", title: "imagemap message action", anchor: "imagemap-message-action-object", fields: []field{
			{name: "text", kind: str, need: required, max: 400}, imagemapLabel, imagemapArea,
		}},
		{name: "imagemap clipboard action", title: "imagemap clipboard action", anchor: "imagemap-clipboard-action-object", fields: []field{
			{name: "clipboardText", kind: str, need: required, max: 1000}, imagemapLabel, imagemapArea,
		}},
	},
	unions: []union{
		{name: "imagemap action", title: "an imagemap action", cases: []choice{
			{value: "uri", of: "imagemap uri action"},
			{value: "message", of: "imagemap message action"},
			{value: "clipboard", of: "imagemap clipboard action"},
		}},
	},
}

var (
	imagemapLabel = field{name: "label", kind: str, max: 100}
	imagemapArea  = field{name: "area", kind: obj, need: required, of: "imagemap area"}
)

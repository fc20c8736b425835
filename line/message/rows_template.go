package message

// templateRows are template messages (LINE reference, "Template messages").
var templateRows = tables{
	objects: []object{
		message("template", "template-messages", []field{
			{name: "altText", kind: str, need: required, max: 1500},
			{name: "template", kind: obj, need: required, of: "template"},
		}),
		{name: "buttons template", title: "buttons template", anchor: "buttons", fields: []field{
			{name: "text", kind: str, need: required, max: 160, unit: graphemeUnits, tight: besidePicture},
			templateTitle, templatePicture, templateBackground, templateRatio, templateImageSize, templateTap,
			{name: "actions", kind: list, need: required, min: 1, max: 4, of: "action in a template"},
		}},
		{name: "confirm template", title: "confirm template", anchor: "confirm", fields: []field{
			{name: "text", kind: str, need: required, max: 240, unit: graphemeUnits},
			{name: "actions", kind: list, need: required, min: 2, max: 2, of: "action in a template"},
		}},
		{name: "carousel template", title: "carousel template", anchor: "carousel", fields: []field{
			{name: "columns", kind: list, need: required, min: 1, max: 10, of: "carousel column"},
			templateRatio, templateImageSize,
		}, rules: []rule{columnsAlike}},
		{name: "carousel column", title: "carousel column", anchor: "column-object-for-carousel", fields: []field{
			{name: "text", kind: str, need: required, max: 120, unit: graphemeUnits, tight: besidePicture},
			templateTitle, templatePicture, templateBackground, templateTap,
			{name: "actions", kind: list, need: required, min: 1, max: 3, of: "action in a template"},
		}},
		{name: "image carousel template", title: "image carousel template", anchor: "image-carousel", fields: []field{
			{name: "columns", kind: list, need: required, min: 1, max: 10, of: "image carousel column"},
		}},
		{name: "image carousel column", title: "image carousel column", anchor: "column-object-for-image-carousel", fields: []field{
			{name: "imageUrl", kind: str, need: required, max: 2000, format: imageURL, note: "1:1, at most 1024 px wide and 10 MB"},
			{name: "action", kind: obj, need: required, of: "action in an image carousel"},
		}},
	},
	unions: []union{
		{name: "template", title: "a template", cases: []choice{
			{value: "buttons", of: "buttons template"},
			{value: "confirm", of: "confirm template"},
			{value: "carousel", of: "carousel template"},
			{value: "image_carousel", of: "image carousel template"},
		}},
	},
}

var (
	besidePicture      = &tight{60, []string{"title", "thumbnailImageUrl"}}
	templateTitle      = field{name: "title", kind: str, max: 40, unit: graphemeUnits}
	templatePicture    = field{name: "thumbnailImageUrl", kind: str, max: 2000, format: imageURL, note: "at most 1024 px wide and 10 MB"}
	templateBackground = field{name: "imageBackgroundColor", kind: str, format: rgbFormat}
	templateRatio      = field{name: "imageAspectRatio", kind: str, enum: []string{"rectangle", "square"}}
	templateImageSize  = field{name: "imageSize", kind: str, enum: []string{"cover", "contain"}}
	templateTap        = field{name: "defaultAction", kind: obj, of: "action of a template's picture"}
)

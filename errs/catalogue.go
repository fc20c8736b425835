package errs

import (
	"maps"
	"slices"
)

// Lookup returns the catalogue row of code.
func Lookup(code string) (Entry, bool) {
	e, ok := catalogue[code]
	return e, ok
}

// Codes lists every catalogued code in alphabetical order.
func Codes() []string { return slices.Sorted(maps.Keys(catalogue)) }

// catalogue is every error a person may see. One row is all that a new error
// needs; docs/errors.md is generated from it (go test ./errs -update).
var catalogue = map[string]Entry{
	// Requests, whatever they ask for.
	"request.malformed":         {Malformed, "The request body is not valid JSON", "the body could not be read as JSON: %s", "Send one UTF-8 JSON value; check commas, quotes and brackets near the place named."},
	"request.unknown_field":     {Invalid, "The request has a field this route does not know", "unknown field %q%s", "Remove the field or correct its name; /docs lists the fields of each route."},
	"request.unknown_parameter": {Invalid, "The request has a query parameter this route does not know", "unknown query parameter %q%s", "Remove the parameter or correct its name; /docs lists the parameters of each route."},
	"request.incomplete":        {Malformed, "The request body broke off", "the body ended before it was complete", "Send it again; check the connection and the proxies in between."},
	"request.bad_form":          {Malformed, "The form cannot be read", "the multipart form could not be read: %s", "Send multipart/form-data with its boundary, as curl -F does."},
	"request.wrong_type":        {Invalid, "A field has a value of the wrong type", "expected %s, got %s", "Send the type named; /docs shows an example for each route."},
	"request.invalid":           {Invalid, "The request breaks several rules", "%d fields are invalid", "Mend each entry of errors; each has its own pointer and detail."},
	"request.required":          {Invalid, "A required field is missing", "%s: field is required", "Send the field with a value that is not empty."},
	"request.bad_value":         {Invalid, "A field has a value that is not allowed", "%s: %s", "Send one of the values or the form named in the detail."},
	"request.too_large":         {TooLarge, "The request body is too large", "the body is larger than %s", "Send less at once; POST /users/batch streams NDJSON of any length and POST /imports takes files."},
	"request.media_type":        {Unsupported, "This route does not read that media type", "cannot read %q; this route reads %s", "Set Content-Type to the type named."},
	"request.bad_cursor":        {Malformed, "The cursor is not one of ours", "the cursor %q cannot be read or belongs to another list", "Start again without cursor and follow next_cursor as it is given."},
	"request.bad_limit":         {Invalid, "The limit is out of range", "limit is %q; it must be a whole number from 1 to %d", "Ask for fewer at once and follow next_cursor."},
	"request.bad_id":            {Malformed, "That is not an id of this kind", "%q is not an id of this kind; it should look like %s", "Copy the id from the answer that created it, or from the list."},
	"request.too_many":          {TooMany, "Too many requests with this key", "more than %d requests in %s", "Wait as long as Retry-After says."},
	"request.timeout":           {Unavailable, "The request took too long", "not finished after %s", "Try again; ask for less at once if it happens again."},
	"route.not_found":           {NotFound, "There is no such route", "no route %s %s", "See /docs for the routes."},
	"route.method":              {NotAllowed, "The route does not answer this method", "%s does not answer %s", "Use a method that the Allow header names."},

	// Keys and scopes.
	"auth.missing":   {Unauthorized, "An API key is needed", "no Authorization header with a Bearer key", "Send Authorization: Bearer lcs_… ; POST /api/v1/api-keys or `linecast apikey create` makes a key."},
	"auth.unknown":   {Unauthorized, "The API key is not known", "the key is unknown, expired or revoked", "Check for a missing character, or make a new key."},
	"auth.scope":     {Forbidden, "The key may not do this", "this needs the scope %s; the key has %s", "Use a key with the scope named."},
	"auth.bad_scope": {Invalid, "There is no such scope", "unknown scope %q; scopes are %s", "Use scopes from the list."},
	"key.not_found":  {NotFound, "There is no such API key", "no API key %s", "GET /api/v1/api-keys lists the keys."},

	// Idempotency and versions.
	"idempotency.reused":   {Invalid, "The Idempotency-Key was used with another request", "the key %q was used for a different request body or route", "Use a new key for a new request."},
	"idempotency.running":  {Conflict, "The first request with this key is still running", "the request with Idempotency-Key %q has not finished", "Wait a second and send it again; the stored answer is replayed."},
	"idempotency.bad_key":  {Invalid, "The Idempotency-Key is not usable", "the key is %d characters long; it must be 1 to 255 printable ASCII characters", "Use a UUID."},
	"version.mismatch":     {Precondition, "Somebody else changed it meanwhile", "If-Match names version %s; the present version is %s", "Read it again, apply your change to the present version and send its ETag."},
	"version.bad_if_match": {Malformed, "If-Match cannot be read", "If-Match is %q; it should look like \"3\"", "Send the ETag of the answer you read, as it was."},

	// The program itself.
	"internal.error":       {Internal, "Internal error", "something went wrong on our side", "Try again; when it stays, look for the request id in the log of linecast."},
	"database.full":        {Unavailable, "The database's disk is full", "PostgreSQL has no room to write", "Make room on PostgreSQL's disk; linecast tries again by itself and goes on, nothing that was sent is lost."},
	"database.unavailable": {Unavailable, "The database cannot be reached", "the database does not answer", "linecast tries again by itself; check that PostgreSQL runs and that LINECAST_DATABASE_URL is right."},
	"schema.newer":         {Unavailable, "The database is newer than this program", "the schema is at version %d, this binary knows up to %d", "Start a newer linecast; an old one never runs on a newer schema."},
	"schema.older":         {Unavailable, "The database needs migrations", "the schema is at version %d, this binary needs %d", "Run `linecast migrate up`."},
	"schema.diverged":      {Unavailable, "The database has another history", "the database has migration %s where this binary has %s", "Check that LINECAST_DATABASE_URL names linecast's own database and that the binary is a released one."},
	"schema.river":         {Unavailable, "The job queue's tables do not fit this program", "River's tables are at version %d, this binary needs %d", "Run `linecast migrate up`; when the tables are newer, start a newer linecast."},

	// Segments.
	"segment.not_found":        {NotFound, "There is no such segment", "no segment %s", "GET /api/v1/segments lists the segments."},
	"segment.invalid":          {Invalid, "The segment breaks several rules", "%d places of the segment are wrong", "Mend each entry of errors; each has the pointer of its condition."},
	"segment.name_taken":       {Conflict, "Another segment has that name", "a segment called %q exists", "Choose another name; upper and lower case are no difference."},
	"segment.long_name":        {Invalid, "The segment's name is too long", "the name has %d characters; at most %d", "Shorten the name."},
	"segment.in_use":           {Conflict, "The segment is in use", "segment %s is used by %s", "Archive or change what uses it first."},
	"segment.timeout":          {Unavailable, "The segment took too long to evaluate", "it was not finished after %s", "Put the condition that excludes most users first, split the segment, or try again when the database has less to do."},
	"segment.no_kind":          {Invalid, "A condition does not say what it is", "%s has none of the fields %s%s", "Give it exactly one of the fields named, such as attribute."},
	"segment.two_kinds":        {Invalid, "A condition says two things at once", "it has the fields %s", "Write one condition for each and join them with all or any."},
	"segment.unsupported":      {Invalid, "This kind of condition is not supported", "%q conditions cannot be evaluated by this version; supported are %s", "Write the condition with the kinds named, or keep what it asks for in an attribute."},
	"segment.unknown_field":    {Invalid, "A condition has a field it does not know", "unknown field %q beside %q%s", "Remove the field or correct its name."},
	"segment.unknown_operator": {Invalid, "There is no such operator", "unknown operator %q%s", "Use an operator of the segment language; /docs lists them with examples."},
	"segment.unknown_value":    {Invalid, "There is no such name", "unknown %s %q; one of %s is needed%s", "Use one of the names listed."},
	"segment.wrong_value":      {Invalid, "A value has the wrong type", "%s wants %s, got %s", "Write a value of the type named."},
	"segment.bad_value":        {Invalid, "A value cannot be used", "%s: %s", "Correct the value as the detail says."},
	"segment.inner_time_zone":  {Invalid, "The time_zone stands in the wrong place", "only the outermost object of a segment can have time_zone", "Move it to the outermost object; it holds for the whole segment."},
	"segment.time_zone":        {Invalid, "The time zone is not known", "%q is not an IANA time zone, or one that is also an abbreviation", "Use a name with a region, such as Asia/Bangkok, or UTC."},
	"segment.too_deep":         {Invalid, "The segment is nested too deeply", "all, any and not are nested deeper than %d levels", "Save inner groups as segments of their own and refer to them."},
	"segment.too_deep_chain":   {Invalid, "Too many segments refer to the next", "more than %d segments follow each other: %s", "Write the conditions of some of them out."},
	"segment.too_large":        {Invalid, "The segment is too large", "it has more than %d %s", "Use lists of values, or save parts as segments of their own."},
	"segment.cycle":            {Invalid, "Segments refer to each other in a circle", "the segment would contain itself: %s", "Remove one of the references."},

	// Campaigns and their schedules.
	"campaign.not_found":            {NotFound, "There is no such campaign", "no campaign %s", "GET /api/v1/campaigns lists the campaigns."},
	"campaign.wrong_status":         {Conflict, "The campaign's status does not allow that", "campaign %s is %s; %s needs it to be %s", "Look at its status first; a sent campaign can be duplicated and the copy edited."},
	"campaign.long_name":            {Invalid, "The campaign's name is too long", "the name has %d characters; at most %d", "Shorten the name."},
	"campaign.kind":                 {Invalid, "This kind of campaign cannot be made", "kind is %q; it must be one_time or recurring", "Use one_time with now or at, or recurring with cron."},
	"campaign.negative":             {Invalid, "The number may not be negative", "%d is less than 0", "Leave the field out for no limit."},
	"campaign.excludes_itself":      {Invalid, "The audience excludes its own segment", "segment %s is both the audience and excluded", "Remove it from exclude."},
	"campaign.test_users":           {Invalid, "A test needs some users, and few", "%d users; a test takes 1 to %d", "Name users as usr_42, line:U… or user:…."},
	"campaign.two_contents":         {Invalid, "The content says two things", "content has a body and names a template", "Leave out one of them: body is a message of this campaign, template one of the library."},
	"campaign.no_attribute":         {Invalid, "The template needs an attribute that the campaign does not have", "the campaign has no attribute %q%s", "Add it to content.attributes of the campaign, or give the placeholder a default."},
	"campaign.attribute_name":       {Invalid, "The attribute of the campaign has no name, or a long one", "the name has %d characters; it may have 1 to %d", "Choose another name, in the template too."},
	"campaign.too_many_attributes":  {Invalid, "The campaign has too many attributes", "%d attributes; a campaign may have %d", "Leave out those that the template does not read, or make several one object."},
	"campaign.attributes_too_large": {Invalid, "The campaign's attributes are too large", "%d bytes of JSON; a campaign's attributes may have %d together", "Shorten the values; what everybody gets can stand in the body itself."},
	"campaign.rehearsal_stopped":    {Unavailable, "The rehearsal did not come to its end", "%s", "Rehearse a smaller segment, or when the database has less to do."},
	"campaign.rehearsing":           {Conflict, "The campaign is being rehearsed", "campaign %s is being rehearsed already", "Wait for the other rehearsal to end, or end it by closing its connection."},
	"campaign.preflight":            {Conflict, "The campaign is not ready to be sent", "preflight found %d to mend: %s", "Mend what GET /campaigns/{id}/preflight lists with status fail, or publish with force once you know why."},
	"schedule.time_zone":            {Invalid, "The time zone is not known", "%q is not an IANA time zone", "Use a name such as Asia/Bangkok or Asia/Tokyo."},
	"schedule.bad_time":             {Invalid, "The time cannot be read", "%q is not a time", "Write 2026-12-01T09:00:00 with time_zone, or RFC 3339 with an offset."},
	"schedule.past":                 {Invalid, "The time has passed", "%s is in the past", "Choose a later time, or {\"now\": true}."},
	"schedule.never":                {Invalid, "The schedule never comes due", "%q has no due time in the next five years, or none before until", "Check day and month; 31 February does not exist."},
	"schedule.bad_cron":             {Invalid, "The cron expression cannot be read", "%q: %s", "Write five fields: minute hour day month weekday, such as 0 9 * * MON."},
	"schedule.one_time":             {Invalid, "A one_time campaign needs one time", "schedule must have either now: true or at, and no cron or event", "Set {\"now\": true}, or at with time_zone."},
	"schedule.recurring":            {Invalid, "A recurring campaign needs a cron expression", "schedule must have cron, and no now, at or event", "Set cron, such as 0 9 * * MON, and time_zone."},
	"campaign.no_run":               {Conflict, "There is no run to watch", "campaign %s is %s and never ran", "Publish it first; a cancelled or archived campaign runs no more, but can be duplicated."},

	// Settings.
	"config.wrong":        {Invalid, "A setting has a value that cannot work", "%s is %q: %s", "Set it as the detail says, or unset it to have the default; docs/settings.md lists every setting."},
	"config.wrong_secret": {Invalid, "A secret setting has a value that cannot work", "%s cannot be used: %s", "Set it as the detail says; docs/settings.md lists every setting."},
	"config.unknown":      {Invalid, "There is no such setting", "%s is not a setting of this version%s", "Correct the name or unset it; `linecast config` lists every setting."},
	"config.no_database":  {Invalid, "No database is set", "LINECAST_DATABASE_URL is not set", "Set it to the connection string of a PostgreSQL 15 or newer; `linecast demo` starts one of its own."},
	"config.several":      {Invalid, "Several settings are wrong", "%d settings are wrong", "Mend each of them as its own detail says; docs/settings.md lists every setting."},

	"config.cannot_listen": {Conflict, "The address cannot be listened on", "%s: %v", "End what listens there, or choose another address with --listen; port 0 is any that is free."},
	// Messages, by LINE's rules.
	"message.refused": {Invalid, "LINE would refuse the message", "%s: %s", "Mend the template at the place named; docs/messages.md lists LINE's rules."},
	"message.several": {Invalid, "LINE would refuse the message for several reasons", "%d places of the message break LINE's rules", "Mend each entry of errors; each names its line and column, and its place in the body."},

	"render.two_people": {Invalid, "The request is for two people", "user names a stored user, whose ids and attributes are as they are stored", "Leave out user to make somebody up, or attributes, line_id and user_id to see the stored user."},
	"render.nothing":    {Invalid, "There is nothing to render", "the request has no template, no body and no campaign", "Name one of them: template is an id of the library, body a template's text, campaign an id."},

	// Templates that are kept.
	"template.not_found":  {NotFound, "There is no such template", "no template %s", "GET /api/v1/templates lists the templates."},
	"template.no_version": {NotFound, "The template has no such version", "template %s has no version %d; the newest is %d", "GET /api/v1/templates/{id}/versions lists them."},
	"template.name_taken": {Conflict, "Another template has that name", "a template called %q exists", "Choose another name; upper and lower case are no difference."},
	"template.long_name":  {Invalid, "The template's name is too long", "the name has %d characters; at most %d", "Shorten the name."},
	"template.in_use":     {Conflict, "The template is in use", "template %s is used by %s", "Archive or change what uses it first."},

	// The command line and its client.
	"cli.unknown_command":  {Invalid, "There is no such command", "%q is not a command of %s%s", "Add --help to the command before it: it lists the commands."},
	"cli.unknown_flag":     {Invalid, "There is no such flag", "%s has no flag %s%s", "Correct the flag; --help lists the command's flags."},
	"cli.bad_flag":         {Invalid, "A flag cannot be used", "%s", "Correct its value; --help says what the flag takes."},
	"cli.arguments":        {Invalid, "The arguments do not fit", "%s; it is used as: %s", "Add --help to see examples."},
	"cli.file":             {Invalid, "A file cannot be used", "%s", "Check the file's name, its permissions and what is in it."},
	"campaign.test_failed": {Conflict, "Not every test message was accepted", "%d of %d test messages were not accepted", "Look at what LINE and our own check say above."},
	"template.refused":     {Invalid, "The message would be refused", "%s: %s", "Mend the template at the places named above."},
	"client.unreachable":   {Unavailable, "The server does not answer", "%s: %v", "Start one with `linecast serve`, or name another with --url or LINECAST_URL."},
	"client.foreign":       {Upstream, "The answer is not linecast's", "%s answered %d with something that is not linecast's JSON", "Check that --url or LINECAST_URL names a linecast server and that no proxy answers in its place."},
	"client.no_key":        {Unauthorized, "No API key is set", "this command talks to a server and has no key", "Set LINECAST_API_KEY or --api-key; `linecast apikey create` makes one."},
	"demo.database":        {Conflict, "The demo's database cannot be made anew", "database %s: %s", "End the demo that uses it, or leave LINECAST_DATABASE_URL out to use a private PostgreSQL."},
	"demo.failed":          {Internal, "The demo did not come out right", "%s", "The messages above say what happened; please report it with them."},
	"doctor.failed":        {Unavailable, "Something is not right", "%d of %d checks failed", "Mend what the checks above name; each says how."},

	// The private PostgreSQL of demo and tests.
	"postgres.not_installed": {Unavailable, "PostgreSQL is not installed", "no PostgreSQL server of version %d or newer was found; to get one: %s", "Install PostgreSQL, or set LINECAST_PG_BIN to the directory that holds initdb and postgres, or set LINECAST_DATABASE_URL to use a server that runs."},
	"postgres.too_old":       {Unavailable, "PostgreSQL is too old", "found PostgreSQL %s in %s; linecast needs %d or newer; to get one: %s", "Install a newer PostgreSQL beside it; linecast picks the newest."},
	"postgres.bad_bin":       {Invalid, "There is no PostgreSQL in the directory named", "%s holds no usable initdb and postgres: %s", "Set LINECAST_PG_BIN to the directory that holds both, such as /usr/lib/postgresql/17/bin, or unset it to have linecast look."},
	"postgres.version":       {Conflict, "The data was made by another version of PostgreSQL", "%s holds data of PostgreSQL %s; installed here: %s", "Install that version, or move the directory away to start afresh; pg_upgrade converts data."},
	"postgres.dir_in_use":    {Conflict, "Another process runs a PostgreSQL there", "%s is in use by process %s", "Stop that process first, or name another directory in LINECAST_DATA_DIR."},
	"postgres.dir_not_ours":  {Conflict, "The data directory holds something else", "%s is not empty and was not made by linecast", "Name an empty or a new directory in LINECAST_DATA_DIR."},
	"postgres.dir_closed":    {Invalid, "PostgreSQL may not enter its data directory", "%s is closed to the user %s, who runs PostgreSQL when linecast runs as root", "Name a directory such as /var/lib/linecast in LINECAST_DATA_DIR, or run linecast as an ordinary user."},
	"postgres.no_user":       {Unavailable, "There is no user to run PostgreSQL as", "linecast runs as root, PostgreSQL refuses root, and there is neither a user postgres nor a user nobody", "Run linecast as an ordinary user, or make a user named postgres."},
	"postgres.start_failed":  {Unavailable, "The private PostgreSQL did not start", "%s: %s", "Mend what it complains of and start again."},
	"postgres.unsupported":   {Unavailable, "A private PostgreSQL needs Linux, macOS or another unix", "this system cannot run a private PostgreSQL", "Set LINECAST_DATABASE_URL to use a server that runs."},

	// Batches.
	"batch.too_many":    {Invalid, "The batch has too many items", "%d items; a JSON batch has at most %d", "Send several batches, or NDJSON (Content-Type: application/x-ndjson), which may be of any length."},
	"batch.interrupted": {Unavailable, "The batch stopped midway", "%d items are stored, of those before index %d; then: %s", "Send the batch again: what is stored already comes back as unchanged."},

	// Users and what is known of them.
	"user.not_found":            {NotFound, "There is no such user", "no user %s", "GET /api/v1/users searches by user_id, line_id or attribute."},
	"user.no_id":                {Invalid, "A user needs an id", "neither user_id nor line_id is given", "Send user_id, line_id or both."},
	"user.bad_user_id":          {Invalid, "The user_id cannot be used", "user_id %q: %s", "Send the customer id of your own system, 1 to 256 characters."},
	"user.bad_line_id":          {Invalid, "That is not a LINE user id", "line_id %q: %s", "Send the user id that LINE's webhooks and followers/ids give: U and 32 of 0-9 and a-f."},
	"user.line_id_taken":        {Conflict, "The LINE user id belongs to another user", "line_id %s belongs to user_id %q", "Find out which of the two user_ids is right and delete or mend the other user first."},
	"user.bad_name":             {Invalid, "The attribute's name cannot be used", "attribute name %q: %s", "Use 1 to 128 characters without control characters."},
	"user.duplicate_attribute":  {Invalid, "The attribute is given twice", "%q stands twice in one object", "Send each name once."},
	"user.bad_text":             {Invalid, "The text cannot be stored", "%s", "Send UTF-8 text without U+0000 and without half surrogate pairs."},
	"user.bad_number":           {Invalid, "The number cannot be kept exactly", "number %s: %s", "Send it with fewer digits, or as a string."},
	"user.bad_element":          {Invalid, "An array may hold strings and numbers only", "an array may hold strings and numbers only, not %s", "Send an array of strings or numbers."},
	"user.too_deep":             {Invalid, "The object is too deep", "an object's member may not be an %s", "Objects are one level deep: send the inner members as attributes of their own."},
	"user.value_too_large":      {Invalid, "The value is too large", "the value is %d bytes of JSON; a value may have %d", "Shorten the value."},
	"user.too_many_attributes":  {Invalid, "The user would have too many attributes", "%d attributes; a user may have %d", "Remove attributes that are not used any more by setting them to null."},
	"user.attributes_too_large": {Invalid, "The user's attributes are too large", "%d bytes of names and values; a user may have %d", "Shorten values or remove attributes by setting them to null."},
	"user.not_an_array":         {Invalid, "Only an array has elements to add or remove", "attribute %q is a %s", "Set the attribute to an array first."},
	"attribute.not_found":       {NotFound, "There is no such attribute", "no user ever had an attribute %q", "GET /api/v1/attributes lists the names."},
	"attribute.bad_type":        {Invalid, "There is no such type", "unknown type %q; types are %s", "Use a type from the list."},
	"friendship.bad_state":      {Invalid, "There is no such state of a friendship", "unknown state %q; states are friend, contacted, blocked and unknown", "Use a state from the list."},

	// Files of users: the file as a whole.
	"import.not_found":        {NotFound, "There is no such import", "no import %s", "GET /api/v1/imports lists the imports."},
	"import.wrong_state":      {Conflict, "The import's state does not allow that", "import %s is %s", "Only an import that is stored or running can be cancelled; upload the file again to start over."},
	"import.incomplete":       {Invalid, "The upload of the file broke off", "%d bytes arrived: %s", "Upload the file again; nothing of it was imported."},
	"import.empty":            {Invalid, "The file is empty", "%s", "Send a file with a header row and a row for each user."},
	"import.file_too_large":   {TooLarge, "The file is too large", "the file is larger than %s", "Split the file; each part needs the header row."},
	"import.encoding":         {Invalid, "The file is not in a known encoding", "%s", "Save the file as UTF-8 (in Excel: CSV UTF-8) and upload it again."},
	"import.bad_option":       {Invalid, "An option of the import cannot be used", "%s is %q; %s", "Send one of the values named, or leave the option out."},
	"import.no_lists":         {Invalid, "An import cannot fill a list", "list is %q; an import changes users only", "Leave list out; give the users an attribute in the file and make a segment of it."},
	"import.unknown_column":   {Invalid, "The mapping names a column that the file does not have", "no column %q%s; the file has %s", "Name a column as the header row has it."},
	"import.duplicate_column": {Invalid, "Two columns have one name", "columns %d and %d both become %q", "Rename one of them, or map one to \"\" to leave it out."},
	"import.bad_column":       {Invalid, "A column's name cannot be an attribute", "column %d, %q: %s", "Rename the column, or map it to another name."},
	"import.no_id_column":     {Invalid, "No column holds an id", "the header row is %s", "Name a column line_id or user_id, or map one to it."},
	"import.too_many_columns": {Invalid, "The file has too many columns", "the header row has %d columns; at most %d", "Remove columns; check that the delimiter is right."},
	"import.header":           {Invalid, "The header row cannot be read", "%s", "The first row names the columns; check its quotes."},

	// Files of users: one row.
	"import.unclosed_quote":  {Invalid, "A quoted field is never closed", "the quote that opens column %d is not closed: %s", "Close the quote, or write a quote inside a quoted field twice."},
	"import.bad_quote":       {Invalid, "Something follows a closing quote", "column %d: %q follows the closing quote", "Write a quote inside a quoted field twice."},
	"import.line_too_long":   {Invalid, "The row is too long", "the row is longer than %d bytes", "Shorten the row."},
	"import.field_too_long":  {Invalid, "A field is too long", "the field is %d bytes; at most %d", "Shorten the value."},
	"import.missing_columns": {Invalid, "The row has too few columns", "%d columns; the header row has %d", "Add the missing delimiters; an empty field leaves the attribute as it is."},
	"import.extra_columns":   {Invalid, "The row has too many columns", "%d columns; the header row has %d", "Quote a field that contains the delimiter."},
	"import.not_utf8":        {Invalid, "The row is not valid UTF-8", "byte %d of the field is not UTF-8", "Save the file as UTF-8 and import it again."},
	"import.bad_value":       {Invalid, "The value is not of the column's type", "%q is not a %s", "Mend the value, leave it empty, or give the column another type."},
	"import.no_key":          {Invalid, "The row has no id", "the row has no %s", "Fill in the id; rows without one belong to nobody."},

	// Reading a channel's followers.
	"sync.not_found": {NotFound, "There is no such sync", "no sync %s", "POST /api/v1/channels/{id}/followers-sync starts one."},
	"sync.running":   {Conflict, "The channel's followers are being read already", "sync %s of channel %s is running", "Wait until it is finished."},
	"sync.empty":     {Upstream, "LINE lists no followers at all", "LINE listed nobody, while %d friends are known; no friendship was changed", "Check that the channel is the right account; followers who left are learned from webhooks too."},

	// Channels.
	"channel.not_found": {NotFound, "There is no such channel", "no channel %s", "GET /api/v1/channels lists the channels."},
	"channel.taken":     {Conflict, "The LINE account is connected already", "the account %s is connected as channel %s", "Use that channel; one LINE account can be connected once."},
	"channel.other_bot": {Conflict, "The token belongs to another LINE account", "the token is of %s, the channel is %s", "Issue the token in the channel's own page of the LINE Developers console."},
	"channel.name":      {Invalid, "The channel's name has the wrong length", "the name has %d characters; it must have 1 to %d", "Shorten the name."},
	"channel.limit":     {Invalid, "The limit is out of range", "%s is %d; it must be 0 to %d", "LINE itself allows 2,000 push and 200 multicast requests a second."},
	"channel.sealed":    {Unavailable, "The channel's credentials cannot be opened", "the stored secrets were sealed with another master key", "Start linecast with the LINECAST_MASTER_KEY they were stored with, or send the token and secret again."},
	"channel.suspended": {Conflict, "The channel is suspended", "channel %s is %s", "POST /api/v1/channels/{id}/resume first."},
	"channel.confirm":   {Invalid, "Deleting a channel must be confirmed", "confirm is %q; it must be the channel's name %q; this cancels %d campaigns", "Repeat the request with ?confirm= and the channel's name."},

	// LINE's answers.
	"line.no_token":        {Invalid, "The channel has no access token", "the channel access token is empty", "Copy a channel access token from the Messaging API tab of the LINE Developers Console."},
	"line.bad_token":       {Invalid, "The channel access token is not usable", "character %d of the channel access token is a space, a line break or not ASCII", "Copy the token again, on its own and in one line."},
	"line.bad_base":        {Invalid, "The address of LINE is not usable", "%s cannot be used: %s", "Use https://api.line.me and https://api-data.line.me, or the address of the simulator."},
	"line.bad_user_id":     {Invalid, "That is not a LINE user id", "the value of %d bytes is not a LINE user id", "A LINE user id is U and 32 hexadecimal digits in lower case; it is not the LINE ID that people search for."},
	"line.unauthorized":    {Upstream, "LINE does not accept the channel access token", "LINE answered 401 to %s: %s", "Issue a new channel access token in the LINE Developers Console and save it on the channel."},
	"line.forbidden":       {Upstream, "LINE does not let this account make that call", "LINE answered 403 to %s: %s", "Check the plan and kind of the account; the list of followers is for verified and premium accounts."},
	"line.not_found":       {NotFound, "LINE does not know it", "LINE answered 404 to %s: %s", "A user may have blocked the account, left LINE or never been its friend; a webhook may not be set."},
	"line.rate_limited":    {TooMany, "LINE's rate limit is reached", "LINE answered 429 to %s: %s", "Wait a little; something else may be calling LINE with the same channel."},
	"line.quota_exhausted": {TooMany, "The month's messages are used up", "LINE answered 429 to %s: %s", "Allow more messages in LINE Official Account Manager, or wait for the next month."},
	"line.refused":         {Upstream, "LINE refuses the request", "LINE answered %d to %s: %s", "Mend what LINE names."},
	"line.failing":         {Upstream, "LINE has trouble", "LINE answered %d to %s: %s", "Try again later; https://api.line-status.info shows known disturbances."},
	"line.unreachable":     {Upstream, "LINE cannot be reached", "no answer to %s: %s", "Check the network, the proxy and LINECAST_LINE_API_BASE; the log has the cause."},
	"line.bad_answer":      {Upstream, "LINE's answer cannot be read", "LINE answered %d to %s, but not with the JSON it documents", "Check that no proxy answers in LINE's place, and that LINECAST_LINE_API_BASE is right."},
	"line.expired_page":    {Upstream, "The list of followers must be read from its beginning", "LINE does not continue the list: %s", "Start the sync again; LINE's continuation tokens live 24 hours."},
	"line.bad_webhook":     {Malformed, "The webhook is not one of LINE's", "the body of %d bytes is not a JSON object with a list of events", "Only LINE should call this address; see the webhook URL in the LINE Developers Console."},

	// Runs.
	"run.ledger_dropped":   {Conflict, "The run's deliveries are not kept any more", "the deliveries of run %s were removed on %s", "Its counts are still there: GET /api/v1/runs/{id}. LINECAST_KEEP_DELIVERIES_DAYS says how long deliveries are kept."},
	"run.not_ended":        {Conflict, "The run has not ended", "run %s is %s", "Wait for its end, or cancel it."},
	"run.nothing_rejected": {Conflict, "Nobody was rejected", "nobody was rejected in %s", "Look at its outcomes: linecast campaign status, or GET /api/v1/runs/{id}."},
	"run.not_found":        {NotFound, "There is no such run", "no run %s", "GET /api/v1/campaigns/{id}/runs lists a campaign's runs."},

	// Templates (package templating).
	"template.invalid":          {Invalid, "The template has several errors", "%d errors in the template", "Mend each entry of errors; each names its line and column."},
	"template.syntax":           {Invalid, "The template cannot be read", "%s", "Correct the placeholder at the place named; docs/templating.md shows the forms."},
	"template.escape":           {Invalid, "A backslash in a text of the template stands for nothing", "'%s' stands for no character", "Behind \\x stand two hexadecimal digits, behind \\u four, behind \\U eight; write two backslashes for one."},
	"template.unclosed":         {Invalid, "Something in the template is never closed", "this %s opens with %s and is never closed with %s", "Add the closing part; look for a missing quote or bracket before it."},
	"template.pasted":           {Invalid, "The template holds something pasted from elsewhere", "%s", "Retype the part named in plain characters."},
	"template.unknown_tag":      {Invalid, "There is no such tag", "unknown tag '%s'%s", "docs/templating.md lists the tags; plain text must not stand between {% and %}."},
	"template.unknown_filter":   {Invalid, "There is no such filter", "unknown filter '%s'%s", "docs/templating.md lists every filter with an example."},
	"template.unknown_test":     {Invalid, "There is no such test", "unknown test '%s'%s", "docs/templating.md lists the tests that may follow 'is'."},
	"template.unknown_function": {Invalid, "There is no such function", "unknown function '%s'%s", "docs/templating.md lists the functions."},
	"template.unknown_method":   {Invalid, "There is no such method", "unknown method '%s()'%s", "docs/templating.md lists the methods of each type."},
	"template.unknown_name":     {Invalid, "The template uses a name that is not set", "'%s' is not set here%s", "Read an attribute as UserAttribute['name'], or set the name with {% set %} before it is used."},
	"template.arguments":        {Invalid, "The arguments do not fit", "%s: %s", "docs/templating.md shows the arguments with an example."},
	"template.forbidden":        {Invalid, "Templates cannot do that here", "%s is not available: %s", "Leave it out."},
	"template.context":          {Invalid, "A block changes where the template stands in the JSON", "%s", "Let every branch open and close the same quotes, and a loop's body end where it began."},
	"template.json":             {Invalid, "The body is not valid JSON", "%s", "Check quotes, commas and brackets at the place named; a placeholder for text stands inside double quotes."},
	"template.duplicate_key":    {Invalid, "An object of the body has a key twice", "%s", "Remove one of the two; receivers disagree about which of them counts."},
	"template.not_utf8":         {Invalid, "The template is not UTF-8 text", "the template holds bytes that are not UTF-8", "Save the file as UTF-8."},
	"template.type":             {Invalid, "A value has the wrong type for what the template does with it", "%s", "Convert it first (|int, |float, |string) or test it (is number, is string)."},
	"template.value":            {Invalid, "A value cannot be used as the template wants", "%s", "Test the value first, or give a default."},
	"template.zero_division":    {Invalid, "The template divides by zero", "%s", "Test the divisor first."},
	"template.bad_date":         {Invalid, "A value cannot be read as a date", "cannot read %q as a date", "Dates look like 2026-11-22, 2026-11-22T10:00:00+09:00 or 22/11/2026."},
	"template.bad_time_zone":    {Invalid, "There is no such time zone", "unknown time zone %q%s", "Use a name such as Asia/Tokyo."},
	"template.bad_language":     {Invalid, "There are no month names in that language", "unknown language %q; known are %s%s", "Use one of the languages named."},
	"template.source_too_large": {TooLarge, "The template is too long", "the template has %d bytes; at most %d are allowed", "Shorten it; a LINE push request takes five messages."},
	"template.too_deep":         {Invalid, "The template nests too deeply", "more than %d levels", "Use fewer blocks or brackets inside each other."},
	"template.too_many_nodes":   {Invalid, "The template has too many parts", "more than %d parts", "Shorten it."},
	"template.too_many_steps":   {Invalid, "The template does too much work for one message", "more than %d steps", "Use shorter lists or fewer loops inside each other."},
	"template.range_too_long":   {Invalid, "A range is too long", "range() of more than %d numbers", "Use a smaller range."},
	"template.list_too_long":    {Invalid, "A list or object is too long", "%s of more than %d items", "Use a shorter one."},
	"template.string_too_long":  {Invalid, "A text grew too long", "a text of more than %d bytes", "LINE takes 5,000 characters of text; shorten it."},
	"template.output_too_large": {Invalid, "The rendered body is too large", "more than %d bytes", "Shorten the message or the lists it is made of."},
	"template.number_too_large": {Invalid, "A number is too large", "an integer of more than %d digits", "Use smaller numbers."},

	// Pages (package web).
	"web.not_found":    {NotFound, "There is no such page", "nothing is at %s", "Check the address, or start again from the home page."},
	"web.signin":       {Unauthorized, "Please sign in", "this page needs an API key with the scope reports:read, and there is no session or it has ended", "Sign in with an API key."},
	"web.form":         {Malformed, "The form cannot be read", "the form that was sent is not one of ours", "Load the page again and send its form."},
	"web.link":         {NotFound, "The sign-in link does not work any more", "the link was used already, or is older than ten minutes", "Start linecast demo again for a new link, or sign in with an API key."},
	"web.link_ahead":   {Conflict, "The sign-in link was not followed", "it was only looked at, or loaded ahead of a click, which does not use it up", "Open the link."},
	"web.cross_origin": {Forbidden, "The form came from another site", "the browser says that another site sent this form", "Send it from linecast's own page. Behind a proxy, let the Host header through or set LINECAST_PUBLIC_URL."},
}

#!/bin/sh
# A campaign from nothing to its ledger, with curl alone.
#
#   linecast demo                     # shows the address and a key
#   LINECAST_URL=http://127.0.0.1:8080 LINECAST_API_KEY=lcs_... sh examples/tour.sh
#
# It sends to three users of its own making and to nobody else. Their line_ids
# are of linecast's simulator of LINE, and so are the credentials, unless
# LINE_CHANNEL_SECRET and LINE_CHANNEL_TOKEN name others.
set -eu

: "${LINECAST_URL:?is where linecast answers, such as http://127.0.0.1:8080}"
: "${LINECAST_API_KEY:?is an API key with the scope admin}"
secret=${LINE_CHANNEL_SECRET:-simulator-secret}
token=${LINE_CHANNEL_TOKEN:-simulator-token}
here=$(dirname "$0")
tour=tour-$(date +%s)-$$ # the users, the segment and the Idempotency-Keys of this walk

# api METHOD PATH [BODY [KEY]] prints the answer. A problem goes to standard
# error, and the function fails. With KEY repeating the request is safe.
api() {
  answer=$(curl -sS -X "$1" "$LINECAST_URL$2" -w '\n%{http_code}' \
    -H "Authorization: Bearer $LINECAST_API_KEY" ${4:+-H "Idempotency-Key: $4"} \
    ${3:+-H 'Content-Type: application/json' --data-binary "$3"})
  if [ "$(printf '%s\n' "$answer" | tail -n 1)" -ge 400 ]; then
    printf '%s %s answers %s\n' "$1" "$2" "$answer" >&2
    return 1
  fi
  body=$(printf '%s\n' "$answer" | sed '$d')
  printf '%s\n' "$body"
}

# first NAME JSON prints the first text or number that has that name.
first() {
  printf '%s\n' "$2" | tr '{[,' '\n\n\n' | sed -n "/^\"$1\":/{s/^\"$1\":\"\{0,1\}\([^\"}]*\).*/\1/p;q;}"
}

echo "1. Three users"
api POST /api/v1/users/batch '{"users": [
  {"line_id": "U0b0fe6abeea858d2ff1239915c1f7093", "attributes": {"tour": "'"$tour"'", "name": "สมชาย"}},
  {"line_id": "U4781bf7e3a25fbcc71262a502e03bd0c", "attributes": {"tour": "'"$tour"'", "name": "花子"}},
  {"line_id": "U514566bff0fd263158dfd3983ed3a4b2", "attributes": {"tour": "'"$tour"'"}}]}'

echo "2. A channel, or the one that has the account already"
if ! channel=$(api POST /api/v1/channels '{"name": "Tour", "channel_secret": "'"$secret"'", "channel_access_token": "'"$token"'"}' 2>&1); then
  there=$(printf '%s\n' "$channel" | sed -n 's/.*is connected as channel \(ch_[0-9]*\).*/\1/p' | head -n 1)
  [ -n "$there" ] || { printf '%s\n' "$channel" >&2; exit 1; }
  channel=$(api GET "/api/v1/channels/$there")
fi
channel=$(first id "$channel")
echo "$channel"

echo "3. A segment of those three"
segment=$(api POST /api/v1/segments '{"name": "'"$tour"'", "definition": {"attribute": "tour", "is": "equals", "value": "'"$tour"'"}}')
segment=$(first id "$segment")
echo "$segment"

echo "4. A campaign: examples/campaigns/songkran.json"
draft=$(sed "s/ch_1/$channel/; s/seg_1/$segment/" "$here/campaigns/songkran.json")
campaign=$(api POST /api/v1/campaigns "$draft" "$tour-draft")
campaign=$(first id "$campaign")
echo "$campaign"

echo "5. A test send, with everything that LINE said"
api POST "/api/v1/campaigns/$campaign/test" '{"users": ["line:U0b0fe6abeea858d2ff1239915c1f7093"]}'

echo "6. What is known before it is sent"
api GET "/api/v1/campaigns/$campaign/preflight"

echo "7. Publish"
api POST "/api/v1/campaigns/$campaign/publish" "" "$tour-publish"

echo "8. Follow the run (GET /api/v1/runs/{id}/events streams the same)"
seconds=0 run='' state='' accepted=''
while [ "$state" != finished ] && [ "$seconds" -lt 60 ]; do
  if [ -z "$run" ]; then
    runs=$(api GET "/api/v1/campaigns/$campaign/runs")
    run=$(first id "$runs")
  else
    progress=$(api GET "/api/v1/runs/$run")
    state=$(first state "$progress")
    accepted=$(first accepted "$progress")
    echo "$run is $state, LINE accepted $accepted"
  fi
  sleep 1
  seconds=$((seconds + 1))
done

echo "9. What became of each recipient"
api GET "/api/v1/runs/$run/deliveries.csv?raw=true"

[ "$state" = finished ] && [ "$accepted" = 3 ] || { echo "The run is $state with $accepted accepted, not finished with 3." >&2; exit 1; }
echo "Done."

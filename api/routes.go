package api

import (
	"net/http"

	"github.com/linecast/linecast/internal/access"
)

const (
	get   = http.MethodGet
	post  = http.MethodPost
	put   = http.MethodPut
	patch = http.MethodPatch
	del   = http.MethodDelete
	v1    = "/api/v1"
)

// table is every route. The OpenAPI document (openapi/*.yaml) has the rest of
// what is to be said of each; a test holds the two against each other.
func (a *API) table() []route {
	routes := []route{
		{post, v1 + "/api-keys", access.Admin, "createApiKey", handle(201, a.createKey), idempotent},
		{get, v1 + "/api-keys", access.Admin, "listApiKeys", handle(200, a.listKeys), 0},
		{del, v1 + "/api-keys/{id}", access.Admin, "revokeApiKey", handle(204, a.revokeKey), 0},
		{get, v1 + "/audit", access.Admin, "listAudit", handle(200, a.listAudit), 0},

		{post, v1 + "/users", access.UsersWrite, "upsertUser", handle(200, a.upsertUser), idempotent | quiet},
		{post, v1 + "/users/batch", access.UsersWrite, "upsertUsers", handle(200, a.upsertUsers), idempotent | quiet | streams},
		{get, v1 + "/users", access.UsersRead, "listUsers", handle(200, a.listUsers), 0},
		{get, v1 + "/users/{id}", access.UsersRead, "readUser", handle(200, a.readUser), 0},
		{del, v1 + "/users/{id}", access.UsersWrite, "eraseUser", handle(204, a.eraseUser), 0},
		{get, v1 + "/users/{id}/export", access.UsersRead, "exportUser", handle(200, a.exportUser), 0},
		{get, v1 + "/attributes", access.ReportsRead, "listAttributes", handle(200, a.listAttributes), 0},
		{patch, v1 + "/attributes/{name}", access.UsersWrite, "changeAttribute", handle(200, a.patchAttribute), 0},

		{post, v1 + "/imports", access.ImportsWrite, "createImport", handle(202, a.createImport), idempotent | streams},
		{get, v1 + "/imports", access.ImportsWrite, "listImports", handle(200, a.listImports), 0},
		{get, v1 + "/imports/{id}", access.ImportsWrite, "readImport", handle(200, a.readImport), 0},
		{get, v1 + "/imports/{id}/errors.csv", access.ImportsWrite, "listImportErrors", handle(200, a.importErrors), streams},
		{post, v1 + "/imports/{id}/cancel", access.ImportsWrite, "cancelImport", handle(200, a.cancelImport), 0},

		{post, v1 + "/segments", access.SegmentsWrite, "createSegment", handle(201, a.createSegment), idempotent},
		{get, v1 + "/segments", access.ReportsRead, "listSegments", handle(200, a.listSegments), 0},
		{post, v1 + "/segments/preview", access.SegmentsWrite, "previewSegment", handle(200, a.previewSegment), quiet},
		{get, v1 + "/segments/{id}", access.ReportsRead, "readSegment", handle(200, a.readSegment), 0},
		{put, v1 + "/segments/{id}", access.SegmentsWrite, "updateSegment", handle(200, a.updateSegment), 0},
		{del, v1 + "/segments/{id}", access.SegmentsWrite, "deleteSegment", handle(204, a.deleteSegment), 0},
		{post, v1 + "/segments/{id}/count", access.ReportsRead, "countSegment", handle(200, a.countSegment), quiet},
		{get, v1 + "/segments/{id}/users", access.UsersRead, "listSegmentUsers", handle(200, a.segmentUsers), 0},
		{get, v1 + "/segments/{id}/explain", access.UsersRead, "explainSegment", handle(200, a.explainSegment), 0},

		{post, v1 + "/templates", access.TemplatesWrite, "createTemplate", handle(201, a.createTemplate), idempotent},
		{get, v1 + "/templates", access.ReportsRead, "listTemplates", handle(200, a.listTemplates), 0},
		{get, v1 + "/templates/{id}", access.ReportsRead, "readTemplate", handle(200, a.readTemplate), 0},
		{put, v1 + "/templates/{id}", access.TemplatesWrite, "updateTemplate", handle(200, a.updateTemplate), 0},
		{del, v1 + "/templates/{id}", access.TemplatesWrite, "deleteTemplate", handle(204, a.deleteTemplate), 0},
		{get, v1 + "/templates/{id}/versions", access.ReportsRead, "listTemplateVersions", handle(200, a.listTemplateVersions), 0},
		{get, v1 + "/templates/{id}/versions/{version}", access.ReportsRead, "readTemplateVersion", handle(200, a.readTemplateVersion), 0},
		{get, v1 + "/templates/{id}/diff", access.ReportsRead, "diffTemplate", handle(200, a.diffTemplate), 0},
		{get, v1 + "/templates/{id}/uses", access.ReportsRead, "listTemplateUses", handle(200, a.listTemplateUses), 0},
		{post, v1 + "/render", access.ReportsRead, "renderMessage", handle(200, a.renderMessage), quiet},
		{post, v1 + "/validate", access.ReportsRead, "validateMessage", handle(200, a.validateMessage), quiet},

		{post, v1 + "/channels", access.ChannelsWrite, "connectChannel", handle(201, a.connectChannel), idempotent},
		{get, v1 + "/channels", access.ReportsRead, "listChannels", handle(200, a.listChannels), 0},
		{get, v1 + "/channels/{id}", access.ReportsRead, "readChannel", handle(200, a.readChannel), 0},
		{patch, v1 + "/channels/{id}", access.ChannelsWrite, "changeChannel", handle(200, a.changeChannel), 0},
		{del, v1 + "/channels/{id}", access.ChannelsWrite, "deleteChannel", handle(204, a.deleteChannel), 0},
		{post, v1 + "/channels/{id}/verify", access.ChannelsWrite, "verifyChannel", handle(200, a.verifyChannel), 0},
		{post, v1 + "/channels/{id}/suspend", access.ChannelsWrite, "suspendChannel", handle(200, a.suspendChannel), 0},
		{post, v1 + "/channels/{id}/resume", access.ChannelsWrite, "resumeChannel", handle(200, a.resumeChannel), 0},
		{get, v1 + "/channels/{id}/quota", access.ReportsRead, "readQuota", handle(200, a.readQuota), 0},
		{post, v1 + "/channels/{id}/followers-sync", access.ChannelsWrite, "syncFollowers", handle(202, a.syncFollowers), idempotent},
		{get, v1 + "/syncs/{id}", access.ReportsRead, "readSync", handle(200, a.readSync), 0},
		{post, v1 + "/syncs/{id}/cancel", access.ChannelsWrite, "cancelSync", handle(200, a.cancelSync), 0},

		{post, v1 + "/campaigns", access.CampaignsWrite, "createCampaign", handle(201, a.createCampaign), idempotent},
		{get, v1 + "/campaigns", access.ReportsRead, "listCampaigns", handle(200, a.listCampaigns), 0},
		{get, v1 + "/campaigns/{id}", access.ReportsRead, "readCampaign", handle(200, a.readCampaign), 0},
		{put, v1 + "/campaigns/{id}", access.CampaignsWrite, "replaceCampaign", handle(200, a.replaceCampaign), 0},
		{del, v1 + "/campaigns/{id}", access.CampaignsWrite, "deleteCampaign", handle(204, a.deleteCampaign), 0},
		{post, v1 + "/campaigns/{id}/duplicate", access.CampaignsWrite, "duplicateCampaign", handle(201, a.duplicateCampaign), idempotent},
		{get, v1 + "/campaigns/{id}/preflight", access.ReportsRead, "preflightCampaign", handle(200, a.preflightCampaign), 0},
		{post, v1 + "/campaigns/{id}/test", access.CampaignsSend, "testCampaign", handle(200, a.testCampaign), idempotent},
		{post, v1 + "/campaigns/{id}/rehearse", access.CampaignsSend, "rehearseCampaign", handle(200, a.rehearseCampaign), streams | quiet},
		{post, v1 + "/campaigns/{id}/publish", access.CampaignsSend, "publishCampaign", handle(200, a.publishCampaign), idempotent},
		{post, v1 + "/campaigns/{id}/schedule", access.CampaignsSend, "scheduleCampaign", handle(200, a.scheduleCampaign), idempotent},
		{post, v1 + "/campaigns/{id}/pause", access.CampaignsSend, "pauseCampaign", handle(200, a.pauseCampaign), idempotent},
		{post, v1 + "/campaigns/{id}/resume", access.CampaignsSend, "resumeCampaign", handle(200, a.resumeCampaign), idempotent},
		{post, v1 + "/campaigns/{id}/cancel", access.CampaignsSend, "cancelCampaign", handle(200, a.cancelCampaign), idempotent},
		{post, v1 + "/campaigns/{id}/retry-rejected", access.CampaignsSend, "retryRejected", handle(202, a.retryRejected), idempotent},

		{get, v1 + "/campaigns/{id}/runs", access.ReportsRead, "listRuns", handle(200, a.listRuns), 0},
		{get, v1 + "/runs/{id}", access.ReportsRead, "readRun", handle(200, a.readRun), 0},
		{get, v1 + "/runs/{id}/events", access.ReportsRead, "streamRun", handle(200, a.streamRun), streams},
		{get, v1 + "/runs/{id}/deliveries", access.ReportsRead, "listDeliveries", handle(200, a.listDeliveries), 0},
		{get, v1 + "/runs/{id}/deliveries.csv", access.ReportsRead, "exportDeliveries", handle(200, a.exportDeliveries), streams},

		{get, "/healthz", access.Anyone, "health", handle(200, a.health), 0},
		{get, "/readyz", access.Anyone, "ready", handle(200, a.ready), 0},
		{get, "/openapi.json", access.Anyone, "openapi", handle(200, a.openapi), 0},
		{get, "/docs", access.Anyone, "docs", handle(200, a.docs), 0},
		{get, "/docs/errors", access.Anyone, "errors", handle(200, a.errors), 0},
		{get, "/docs/style.css", access.Anyone, "style", handle(200, a.style), 0},
	}
	if !a.deps.MetricsElsewhere {
		routes = append(routes, route{get, "/metrics", access.Admin, "metrics", handle(200, a.showMetrics), 0})
	}
	return routes
}

drop table campaign_versions, campaigns, segments;

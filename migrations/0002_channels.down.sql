drop table syncs, friendships, channel_budget, channels;

drop table deliveries, batches, runs;

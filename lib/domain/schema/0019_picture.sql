-- Data URIs in texts are images, too: search the texts again that earlier versions searched.
UPDATE test_case SET images = 1 WHERE images = 0 AND (lower(head) LIKE '%<img%data:%'
    OR EXISTS (SELECT 1 FROM test_script s WHERE s.project = test_case.project
    AND s.case_key = test_case.key AND lower(s.script) LIKE '%<img%data:%'));
UPDATE test_execution SET images = 1 WHERE images = 0
    AND (lower(head) LIKE '%<img%data:%' OR lower(results) LIKE '%<img%data:%');
DELETE FROM checkpoint WHERE stage = 'extract' AND scope = 'images';

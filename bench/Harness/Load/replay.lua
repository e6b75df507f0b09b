-- Sends prepared requests, one after the other, again and again.
-- wrk … -s replay.lua URL -- METHOD PATH BODY CALLERS PAUSE
-- CALLERS is a file with a caller a line: invocation token, system token, trace id, span id. PAUSE is how many milliseconds a connection waits
-- before each request. NUMBER and ISSUE in the body are another number in every request.

local requests = {}
local last = 0
local before, between, after
local number

function init(args)
  local method, path, body, callers = args[1], args[2], args[3], args[4]
  local pause = tonumber(args[5])
  if pause > 0 then
    function delay() return pause end
  end
  before, between, after = body:match('^(.*)NUMBER(.-ISSUE.-ISSUE)(.*)$')
  -- Never the same in two runs either.
  number = os.time() * 1000000
  local length = before and #before + 16 + #between - 10 + 8 + #after or #body
  local host = string.format('%s:%s', wrk.host, wrk.port)
  for line in io.lines(callers) do
    local fit, system, trace, span = line:match('^(%S+) (%S+) (%S+) (%S+)$')
    local head = {
      method .. ' ' .. path .. ' HTTP/1.1',
      'host: ' .. host,
      'authorization: Bearer ' .. fit,
      'x-forge-oauth-system: ' .. system,
      'x-b3-traceid: ' .. trace,
      'x-b3-spanid: ' .. span,
      'accept: */*',
    }
    if #body > 0 then
      head[#head + 1] = 'content-type: application/json'
      head[#head + 1] = 'content-length: ' .. length
    end
    requests[#requests + 1] = table.concat(head, '\r\n') .. '\r\n\r\n' .. (before or body)
  end
  -- From here on nothing is allocated, so nothing needs to be collected while the clock runs.
  collectgarbage('collect')
  collectgarbage('stop')
end

function request()
  last = last % #requests + 1
  if not before then
    return requests[last]
  end
  number = number + 1
  local issue = string.format('%04d', number % 10000)
  return requests[last] .. string.format('%016d', number) .. between:gsub('ISSUE', issue) .. after
end

function done(summary, latency)
  local failed = summary.errors
  print(string.format('replayed %d %d %d %d %d %d', summary.requests, summary.duration, failed.status,
    failed.connect + failed.read + failed.write + failed.timeout, latency:percentile(50), latency:percentile(99)))
end

-- Sends prepared requests, one after the other, again and again.
-- wrk … -s replay.lua URL -- METHOD PATH BODY CALLERS RATE
-- CALLERS is a file with a caller a line: invocation token, system token, trace id, span id. RATE is how many requests are due in a second, on
-- whatever connection is free; 0 is as many as are answered. NUMBER and ISSUE in the body are another number in every request.

local ffi = require('ffi')
ffi.cdef [[
  struct moment { long seconds, nanoseconds; };
  int clock_gettime(int clock, struct moment *now);
]]
local moment = ffi.new('struct moment')
local function milliseconds()
  ffi.C.clock_gettime(1, moment)
  return tonumber(moment.seconds) * 1000 + tonumber(moment.nanoseconds) / 1000000
end

local requests = {}
local last = 0
local before, between, after
local number

function init(args)
  local method, path, body, callers = args[1], args[2], args[3], args[4]
  local rate = tonumber(args[5])
  if rate > 0 then
    local began, planned = nil, 0
    function delay()
      began = began or milliseconds()
      planned = planned + 1
      return math.max(0, math.floor(began + planned * 1000 / rate - milliseconds() + 0.5))
    end
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

using ForgeOrleans.ProductApis.Limits;

namespace ForgeOrleans.Conformance.ProductApis;

/// <summary>A site's calls against a product that counts them by itself: it never has to refuse one, and nearly all that it would take comes.</summary>
public abstract class GateRateTests(ActorHost host) : GateTests(host)
{
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(50);

    private readonly Random _random = new(7);

    [Theory]
    [InlineData("GET", 100)]
    [InlineData("PUT", 50)]
    public async Task An_endpoint_gets_nearly_all_that_it_takes_in_a_second_and_never_more(string method, int perSecond)
    {
        var product = new Bucket(perSecond);
        var call = new LimitedCall("jira", method, $"{method} /rest/api/3/thing/{{}}");
        var seconds = 20;
        await LoadAsync(60, seconds, _ => (call, IsBackground: false), (_, at) => product.Take(at));

        product.Refused.ShouldBe(0);
        product.Taken.ShouldBeGreaterThan((int)(0.95 * perSecond * seconds));
    }

    [Fact]
    public async Task Work_alone_gets_nearly_all_as_well()
    {
        var product = new Bucket(100);
        await LoadAsync(60, 20, _ => (Search, IsBackground: true), (_, at) => product.Take(at));

        product.Refused.ShouldBe(0);
        product.Taken.ShouldBeGreaterThan(1_900);
    }

    [Fact]
    public async Task Work_has_its_turn_where_an_endpoint_takes_one_in_a_second()
    {
        await AskAsync(Search);
        await AskAsync(Search, reading: new("jira", Search.Endpoint) { PerSecond = 1 });
        Clock.Advance(TimeSpan.FromSeconds(5));

        (await AskAsync(Search, isBackground: true)).Verdict.ShouldBe(PermitVerdict.Granted);
    }

    [Fact]
    public async Task No_user_waits_for_work()
    {
        var product = new Bucket(100);
        var waited = TimeSpan.Zero;
        // Every tenth caller is a user, who thinks for a while between two calls.
        await LoadAsync(
            60, 20, caller => (Search, IsBackground: caller % 10 != 0), (_, at) => product.Take(at),
            think: caller => caller % 10 == 0 ? TimeSpan.FromSeconds(0.3) : TimeSpan.Zero,
            waits: (caller, wait) => waited = caller % 10 == 0 && wait > waited ? wait : waited);

        product.Refused.ShouldBe(0);
        product.Taken.ShouldBeGreaterThan(1_900);
        waited.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task Writes_to_an_issue_keep_within_both_of_its_windows()
    {
        var product = new Windows((20, TimeSpan.FromSeconds(2)), (100, TimeSpan.FromSeconds(30)));
        await LoadAsync(30, 120, _ => (Edit, IsBackground: false), (_, at) => product.Take(at));

        product.Refused.ShouldBe(0);
        product.Taken.ShouldBeGreaterThan((int)(0.95 * 400));
    }

    [Fact]
    public async Task An_issue_that_has_had_its_writes_holds_up_no_other()
    {
        await Clock_settles();
        for (var i = 0; i < 20; i++)
            (await AskAsync(Edit, mostWait: TimeSpan.FromSeconds(10))).Verdict.ShouldBe(PermitVerdict.Granted);

        var held = await AskAsync(Edit);
        held.Verdict.ShouldBe(PermitVerdict.AskAgain);
        held.Limit.ShouldBe(new("jira", LimitScope.Issue, "ABC-1"));
        (await AskAsync(Edit with { Issue = "ABC-2" })).Verdict.ShouldBe(PermitVerdict.Granted);
        (await AskAsync(Search)).ShouldBe(PermitAnswer.AtOnce);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(20)]
    [InlineData(40)]
    public async Task A_lower_limit_than_was_assumed_is_held_from_the_moment_it_is_heard_of(int perSecond)
    {
        const int callers = 60;
        var product = new Bucket(perSecond);
        var reading = new CallReading("jira", Search.Endpoint) { PerSecond = perSecond };
        var start = Now;
        var due = new PriorityQueue<(PermitPlace? Place, bool HasHeard), TimeSpan>();
        for (var caller = 0; caller < callers; caller++)
            due.Enqueue((null, false), TimeSpan.FromMilliseconds(caller));
        var arrivals = new PriorityQueue<bool, TimeSpan>();
        var isKnown = false;
        while (due.TryDequeue(out var next, out var at) && at < TimeSpan.FromSeconds(10))
        {
            if (start + at > Now)
                Clock.Advance(start + at - Now);
            isKnown |= next.HasHeard;
            var answer = await AskAsync(Search, place: next.Place, reading: next.HasHeard ? reading : null);
            if (answer.Verdict == PermitVerdict.AskAgain)
            {
                due.Enqueue((answer.Place, next.HasHeard), at + answer.After);
                continue;
            }
            var sent = at + answer.After;
            arrivals.Enqueue(isKnown, sent + (Latency / 2));
            due.Enqueue((null, true), sent + Latency);
        }
        while (arrivals.TryDequeue(out var wasKnown, out var at))
        {
            var refused = product.Refused;
            product.Take(at);
            (wasKnown && product.Refused > refused).ShouldBeFalse($"refused at {at}");
        }
        // Those that were granted before are made up for.
        product.Taken.ShouldBeGreaterThan((int)(0.7 * perSecond * 10));
    }

    // A new gate begins nearly empty.
    private async Task Clock_settles()
    {
        await AskAsync(Edit with { Issue = "ABC-0" });
        Clock.Advance(TimeSpan.FromSeconds(3));
    }

    /// <summary>Callers that call again as soon as they are answered. Calls take up to 50 ms to arrive and as long to be answered.</summary>
    private async Task LoadAsync(
        int callers, int seconds, Func<int, (LimitedCall Call, bool IsBackground)> call, Action<int, TimeSpan> arrive, Func<int, TimeSpan>? think = null,
        Action<int, TimeSpan>? waits = null)
    {
        // The first second fills the bucket that a new gate begins with empty.
        await AskAsync(call(0).Call);
        Clock.Advance(TimeSpan.FromSeconds(2));
        var start = Now;
        var due = new PriorityQueue<(int Caller, PermitPlace? Place, TimeSpan Since), TimeSpan>();
        for (var caller = 0; caller < callers; caller++)
            due.Enqueue((caller, null, TimeSpan.Zero), TimeSpan.FromMilliseconds(caller));
        var arrivals = new PriorityQueue<int, TimeSpan>();
        while (due.TryDequeue(out var next, out var at) && at < TimeSpan.FromSeconds(seconds))
        {
            if (start + at > Now)
                Clock.Advance(start + at - Now);
            var since = next.Place is null ? at : next.Since;
            var (wanted, isBackground) = call(next.Caller);
            var answer = await AskAsync(wanted, isBackground, place: next.Place);
            if (answer.Verdict == PermitVerdict.AskAgain)
            {
                due.Enqueue((next.Caller, answer.Place, since), at + answer.After + TimeSpan.FromMilliseconds(_random.Next(5)));
                continue;
            }
            answer.Verdict.ShouldBe(PermitVerdict.Granted);
            var sent = at + answer.After;
            waits?.Invoke(next.Caller, sent - since);
            arrivals.Enqueue(next.Caller, sent + (_random.NextDouble() * Latency));
            due.Enqueue((next.Caller, null, default), sent + (2 * _random.NextDouble() * Latency) + (think?.Invoke(next.Caller) ?? TimeSpan.Zero));
        }
        while (arrivals.TryDequeue(out var caller, out var at))
            arrive(caller, at);
    }

    /// <summary>A token bucket as the product has it.</summary>
    private sealed class Bucket(int perSecond)
    {
        private double _left = perSecond;
        private TimeSpan _at;

        public int Taken { get; private set; }

        public int Refused { get; private set; }

        public void Take(TimeSpan at)
        {
            (_left, _at) = (Math.Min(perSecond, _left + ((at - _at).TotalSeconds * perSecond)), at);
            if (_left < 1)
            {
                Refused++;
                return;
            }
            _left--;
            Taken++;
        }
    }

    private sealed class Windows(params (int Most, TimeSpan Span)[] windows)
    {
        private readonly List<TimeSpan> _taken = [];

        public int Taken => _taken.Count;

        public int Refused { get; private set; }

        public void Take(TimeSpan at)
        {
            if (windows.Any(window => _taken.Count(taken => taken > at - window.Span) >= window.Most))
                Refused++;
            else
                _taken.Add(at);
        }
    }
}

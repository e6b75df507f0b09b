using System.Collections.Concurrent;
using System.Text;
using ForgeOrleans.Documents;
using ForgeOrleans.Hosting;

namespace ForgeOrleans.Cluster.Tests.Silos;

/// <summary>Many sites that write and read documents all the time, and remember what was acknowledged.</summary>
internal sealed class Load : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly CancellationTokenSource _stop = new();
    private readonly IActors _actors;
    private readonly Site[] _sites;
    private readonly Task _running;

    public Load(IActors actors, int sites)
    {
        _actors = actors;
        _sites = [.. Enumerable.Range(0, sites).Select(_ => new Site(actors.Get<ISiteStateActor>))];
        _running = Task.WhenAll(_sites.Select(site => Task.Run(() => RunAsync(site))));
    }

    public IReadOnlyList<string> Sites => [.. _sites.Select(site => site.Key)];

    /// <summary>The writes that failed, with what the caller was told.</summary>
    public ConcurrentQueue<Exception> FailedWrites { get; } = new();

    public ConcurrentQueue<Exception> FailedReads { get; } = new();

    /// <summary>Waits until every site has had so many more writes acknowledged.</summary>
    public async Task AdvanceAsync(int writes)
    {
        var goals = _sites.Select(site => site.AfterAsync(site.Acknowledged.Count + writes)).ToArray();
        await (await Task.WhenAny(Task.WhenAll(goals), _running)).WaitAsync(Patience);
        goals.ShouldAllBe(goal => goal.IsCompletedSuccessfully);
    }

    /// <summary>Ends it, and sees that all that was acknowledged is there, once and as it was written.</summary>
    public async Task ShouldBeKeptAsync()
    {
        await _stop.CancelAsync();
        await _running;
        foreach (var site in _sites)
        {
            var documents = new Dictionary<string, StoredDocument>();
            string? after = null;
            do
            {
                var page = await _actors.Get<ISiteStateActor>(site.Key).ListAsync(new("load", "", after, 1_000));
                foreach (var document in page.Documents)
                    documents.Add(document.Key, document);
                after = page.Next;
            }
            while (after is not null);
            foreach (var (key, version) in site.Acknowledged)
            {
                documents.ShouldContainKey(key);
                documents[key].Version.ShouldBe(version);
                Encoding.UTF8.GetString(documents[key].Utf8Json.Span).ShouldBe(Json(key));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // What it failed with, if it did, the test has seen already.
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync(Site site)
    {
        for (var i = 0; !_stop.IsCancellationRequested; i++)
        {
            var key = $"{i:000000}";
            try
            {
                var commit = await site.Actor.CommitAsync(new([new(new("load", key), Encoding.UTF8.GetBytes(Json(key)), ExpectedVersion: 0)]));
                commit.Conflict.ShouldBeNull("nobody else writes this document");
                site.Acknowledge(key, commit.Version);
            }
            catch (ForgeException e)
            {
                FailedWrites.Enqueue(e);
            }
            try
            {
                await site.Actor.GetAsync(new("load", key));
            }
            catch (ForgeException e)
            {
                FailedReads.Enqueue(e);
            }
            await Task.Delay(Pause);
        }
    }

    private static string Json(string key) => $$"""{"key":"{{key}}"}""";

    private sealed class Site
    {
        private readonly Lock _gate = new();
        private readonly List<(int Count, TaskCompletionSource Reached)> _goals = [];

        public Site(Func<string, ISiteStateActor> actor) => Actor = actor(Key);

        public string Key { get; } = Guid.NewGuid().ToString();

        public ISiteStateActor Actor { get; }

        public Dictionary<string, long> Acknowledged { get; } = [];

        public void Acknowledge(string key, long version)
        {
            lock (_gate)
            {
                Acknowledged.Add(key, version);
                foreach (var (_, reached) in _goals.Where(goal => goal.Count <= Acknowledged.Count))
                    reached.TrySetResult();
            }
        }

        public Task AfterAsync(int count)
        {
            lock (_gate)
            {
                var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _goals.Add((count, reached));
                return reached.Task;
            }
        }
    }
}

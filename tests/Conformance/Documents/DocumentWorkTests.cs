using System.Text.Json;
using ForgeOrleans.Conformance.Probes;
using ForgeOrleans.Documents;
using ForgeOrleans.Hosting;
using ForgeOrleans.Invocations;
using ForgeOrleans.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.Conformance.Documents;

/// <summary>Work that is given to a site in one commit with its documents: both or neither, once, in order, however the queue is doing.</summary>
public abstract class DocumentWorkTests(ActorHost host) : ActorTests(host), IAsyncLifetime
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromMinutes(10);

    private readonly Site _site = new();

    private ISiteStateActor State => Actor<ISiteStateActor>(_site.Id);

    private QueueGate Gate => QueueGate.Of(_site.Id);

    private DocumentCollection<Note> Notes => StateOf(_site).Collection<Note>("notes");

    public Task InitializeAsync() => AdmitAsync(_site);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Documents_and_work_are_committed_together_and_the_work_runs()
    {
        var version = await StateOf(_site).CommitAsync([Notes.Put("a", new("1"))], [Job("one"), Job("two")]);

        (await RunAsync(2)).ShouldBe(["one", "two"], ignoreOrder: true);
        (await Notes.GetAsync("a")).ShouldBe(new("a", version, new("1")));
    }

    [Fact]
    public async Task Work_is_committed_without_documents()
    {
        var version = await StateOf(_site).CommitAsync([], [Job("alone")]);

        (await RunAsync(1)).ShouldBe(["alone"]);
        version.ShouldBeLessThan(await Notes.PutAsync("a", new("1")));
    }

    [Fact]
    public async Task A_conflict_gives_no_work()
    {
        await Notes.PutAsync("a", new("1"));
        var before = await Host.QuietMarkAsync();

        await Should.ThrowAsync<DocumentConflictException>(() =>
            StateOf(_site).CommitAsync([Notes.Put("b", new("2")), Notes.Put("a", new("2"), expectedVersion: 0)], [Job("never")]));

        (await Host.StorageMarkAsync()).ShouldBe(before);
        await StateOf(_site).CommitAsync([], [Job("next")]);
        (await RunAsync(1)).ShouldBe(["next"]);
        Gate.Passed.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_repetition_gives_no_work_again()
    {
        var changes = new DocumentChanges([Put("a", "1")], Guid.NewGuid().ToString("N"), Work: [Job("one"), Job("two")]);
        var first = await State.CommitAsync(changes);
        first.Work.ShouldBe(2);
        await RunAsync(2);

        (await State.CommitAsync((DocumentChanges)changes.AsRepetition())).ShouldBe(first);

        await PassAsync(LongEnough);
        Gate.Passed.ShouldBe(changes.Work!.Select(item => item.ItemId));
    }

    [Fact]
    public async Task An_item_that_is_committed_once_more_runs_once()
    {
        // As when a commit's answer was lost for longer than commits are remembered.
        var once = Job("once");
        await State.CommitAsync(new([], Work: [once]));
        await State.CommitAsync(new([], Work: [once, Job("other")]));

        (await RunAsync(2)).ShouldBe(["once", "other"], ignoreOrder: true);
        await PassAsync(LongEnough);
        JobProbe.RunsOf(_site.Id).Count.ShouldBe(0);
    }

    [Fact]
    public async Task Work_that_has_arrived_is_not_brought_again_even_after_a_restart()
    {
        await StateOf(_site).CommitAsync([], [Job("one")]);
        await RunAsync(1);
        await PassAsync(LongEnough);
        var tried = Gate.Tried;

        await Host.RestartAsync();
        await PassAsync(LongEnough);
        await StateOf(_site).CommitAsync([], [Job("two")]);
        (await RunAsync(1)).ShouldBe(["two"]);

        Gate.Tried.ShouldBe(tried + 1);
    }

    [Fact]
    public async Task Work_that_could_not_reach_the_queue_does_after_a_restart_and_nothing_overtakes_it()
    {
        Gate.Refusal = _ => Unavailable();
        for (var i = 0; i < 3; i++)
            await StateOf(_site).CommitAsync([Notes.Put($"{i}", new("1"))], [Job($"{i}", "key")]);
        await UntilTriedAsync(1);

        await Host.RestartAsync();
        Gate.Refusal = _ => null;
        await StateOf(_site).CommitAsync([], [Job("3", "key")]);

        (await RunAsync(4)).ShouldBe(["0", "1", "2", "3"]);
        (await Notes.ListAsync()).Documents.Count.ShouldBe(3);
        await PassAsync(LongEnough);
        JobProbe.RunsOf(_site.Id).Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_queue_that_is_full_is_tried_again_until_it_has_room_and_the_order_is_kept()
    {
        Gate.Refusal = _ => Unavailable();
        // More than one page of rows.
        for (var i = 0; i < 24; i++)
            await StateOf(_site).CommitAsync([], [.. Enumerable.Range(0, 10).Select(n => Job($"{(10 * i) + n}", "key"))]);
        await UntilTriedAsync(4);
        Gate.Passed.ShouldBeEmpty();

        Gate.Refusal = _ => null;
        await StateOf(_site).CommitAsync([], [Job("240", "key")]);

        await Clock.AdvanceUntilAsync(BecomesTrueAsync(() => Gate.Passed.Count >= 241), TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(20));
        (await RunAsync(241)).ShouldBe(Enumerable.Range(0, 241).Select(n => $"{n}"));
    }

    [Fact]
    public async Task While_the_queue_does_not_answer_nobody_else_waits()
    {
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Gate.Opened = opened.Task;
        await StateOf(_site).CommitAsync([Notes.Put("a", new("1"))], [Job("0", "key")]);
        await BecomesTrueAsync(() => Gate.Tried > 0);

        for (var i = 1; i < 5; i++)
        {
            await StateOf(_site).CommitAsync([Notes.Put("a", new($"{i}"))], [Job($"{i}", "key")]).WaitAsync(TimeSpan.FromSeconds(10));
            (await Notes.GetAsync("a").WaitAsync(TimeSpan.FromSeconds(10)))!.Value.Text.ShouldBe($"{i}");
        }
        Gate.Passed.ShouldBeEmpty();
        opened.SetResult();

        (await RunAsync(5)).ShouldBe(["0", "1", "2", "3", "4"]);
    }

    [Fact]
    public async Task An_item_that_is_never_accepted_holds_up_no_other()
    {
        var never = Job("never", "key");
        Gate.Refusal = batch => batch.Items.Any(item => item.ItemId == never.ItemId) ? new ForgeException(ForgeErrorCode.Forbidden, "Never.") : null;

        await StateOf(_site).CommitAsync([], [Job("0", "key"), never, Job("1", "key")]);

        (await RunAsync(2)).ShouldBe(["0", "1"]);
        await PassAsync(TimeSpan.FromMinutes(1));
        var tried = Gate.Tried;
        await PassAsync(LongEnough);
        Gate.Tried.ShouldBe(tried);
    }

    [Fact]
    public async Task An_item_that_fails_for_no_known_reason_holds_up_the_others_for_some_minutes()
    {
        var poison = Job("poison", "key");
        Gate.Refusal = batch => batch.Items.Any(item => item.ItemId == poison.ItemId) ? new InvalidOperationException("A fault.") : null;

        await StateOf(_site).CommitAsync([], [Job("0", "key"), poison, Job("1", "key")]);

        await Clock.AdvanceUntilAsync(BecomesTrueAsync(() => Gate.Passed.Count == 2), TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(20));
        (await RunAsync(2)).ShouldBe(["0", "1"]);
    }

    [Fact]
    public async Task A_commit_takes_99_changes_and_items_together()
    {
        var documents = Enumerable.Range(0, 50).Select(i => Notes.Put($"{i:00}", new("1"))).ToList();
        var work = Enumerable.Range(0, SiteState.MostChanges - 50).Select(i => Job($"{i}")).ToList();
        await StateOf(_site).CommitAsync(documents, work);
        (await RunAsync(49)).Distinct().Count().ShouldBe(49);

        await Should.ThrowAsync<ArgumentException>(() => StateOf(_site).CommitAsync(documents, [.. Enumerable.Range(0, 50).Select(i => Job($"{i}"))]));
        await Should.ThrowAsync<ArgumentException>(() => StateOf(_site).CommitAsync([], []));
        var twice = Job("twice");
        await Should.ThrowAsync<ArgumentException>(() => StateOf(_site).CommitAsync([], [twice, twice]));
        await Should.ThrowAsync<ArgumentException>(() => StateOf(_site).CommitAsync([], [Job("event") with { Kind = WorkKind.Event }]));
    }

    [Fact]
    public async Task A_commit_s_payloads_have_a_limit_each_and_together()
    {
        var largest = new string('x', WorkItem.LargestPayload - 2);
        (await Should.ThrowAsync<ForgeException>(() => StateOf(_site).CommitAsync([], [Job("") with { Payload = new byte[WorkItem.LargestPayload + 1] }])))
            .Code.ShouldBe(ForgeErrorCode.PayloadTooLarge);
        (await Should.ThrowAsync<ForgeException>(() => StateOf(_site).CommitAsync([], [.. Enumerable.Range(0, 16).Select(_ => Job(largest)), Job("more")])))
            .Code.ShouldBe(ForgeErrorCode.PayloadTooLarge);

        await StateOf(_site).CommitAsync([], [.. Enumerable.Range(0, 16).Select(_ => Job(largest))]);
        (await RunAsync(16)).ShouldAllBe(payload => payload.Length == largest.Length);
    }

    [Fact]
    public async Task Work_is_not_lost_where_an_earlier_version_keeps_the_documents()
    {
        var services = Host.Services.CreateScope().ServiceProvider;
        var scope = services.GetRequiredService<HandlerScope>();
        scope.Bind(_site.Invocation(Now), default, Now.AddSeconds(24));
        var state = new SiteState(new EarlierActors(Host.Actors), scope, services.GetRequiredService<IOptions<SiteStateOptions>>());

        await state.CommitAsync([Notes.Put("a", new("1"))], [Job("one")]);

        (await RunAsync(1)).ShouldBe(["one"]);
        (await Notes.GetAsync("a")).ShouldNotBeNull();
    }

    private WorkItem Job(string payload, string? orderingKey = null)
    {
        var handler = Host.Services.CreateScope().ServiceProvider;
        handler.GetRequiredService<HandlerScope>().Bind(_site.Invocation(Now), default, Now.AddSeconds(24));
        return handler.GetRequiredService<SiteWork>().Job(JobProbe.Job, payload, orderingKey: orderingKey);
    }

    private Task<string[]> RunAsync(int count) =>
        Clock.AdvanceUntilAsync(ReadAsync(count), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));

    private async Task<string[]> ReadAsync(int count)
    {
        var runs = new string[count];
        for (var i = 0; i < count; i++)
            runs[i] = await JobProbe.RunsOf(_site.Id).ReadAsync();
        return runs;
    }

    private Task<bool> UntilTriedAsync(int times) =>
        Clock.AdvanceUntilAsync(BecomesTrueAsync(() => Gate.Tried >= times), TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(20));

    private async Task PassAsync(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(20))
        {
            Clock.Advance(TimeSpan.FromSeconds(20));
            await Task.Delay(10);
        }
    }

    private static async Task<bool> BecomesTrueAsync(Func<bool> condition)
    {
        for (var i = 0; i < 3_000 && !condition(); i++)
            await Task.Delay(10);
        condition().ShouldBeTrue();
        return true;
    }

    private static DocumentChange Put(string key, string text) => new(new("notes", key), JsonSerializer.SerializeToUtf8Bytes(text), null);

    private static ForgeException Unavailable() => new(ForgeErrorCode.Unavailable, "Full.");

    /// <summary>Site states as they were before they took work: they do not see it.</summary>
    private sealed class EarlierActors(IActors actors) : IActors
    {
        public TActor Get<TActor>(string key) where TActor : class =>
            actors.Get<TActor>(key) is ISiteStateActor state && typeof(TActor) == typeof(ISiteStateActor) ? (TActor)(object)new Earlier(state) : actors.Get<TActor>(key);
    }

    private sealed class Earlier(ISiteStateActor state) : ISiteStateActor
    {
        public Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default) => state.GetAsync(name, cancellationToken);

        public Task<StoredPage> ListAsync(DocumentQuery query, CancellationToken cancellationToken = default) => state.ListAsync(query, cancellationToken);

        public Task<DocumentCommit> CommitAsync(DocumentChanges changes, CancellationToken cancellationToken = default) =>
            state.CommitAsync(changes with { Work = null }, cancellationToken);

        public Task<ExportPage> ExportAsync(ExportQuery query, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<ErasureAnswer> EraseAsync(ErasureRequest request, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task RestartAsync(RestartRequest request, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<AdoptedDocuments> AdoptAsync(DocumentsToAdopt documents, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}

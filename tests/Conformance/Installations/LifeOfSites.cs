using System.Text;
using ForgeOrleans.Conformance.Documents;
using ForgeOrleans.Conformance.Probes;
using ForgeOrleans.Documents;
using ForgeOrleans.Installations;
using ForgeOrleans.Work;

namespace ForgeOrleans.Conformance.Installations;

/// <summary>What the tests of an installation's life have in common.</summary>
public abstract class LifeOfSites(ActorHost host) : ActorTests(host)
{
    protected IWorkQueue Queue(Site site) => Actor<IWorkQueue>(site.Id);

    protected async Task<InstallationLife> LifeAsync(Site site) => (await Installation(site).DescribeLifeAsync(new())).ShouldNotBeNull();

    protected Task UninstallAsync(Site site) => Installation(site).NoteLifecycleAsync(new(LifecycleChange.Uninstalled, Now));

    protected Task<QueueDescription> QueueOfAsync(Site site) => Queue(site).DescribeAsync(QueueRequest.Instance);

    protected Task PutAsync(Site site, string key, string text) => StateOf(site).Collection<Note>("notes").PutAsync(key, new(text));

    protected async Task<string?> TextAsync(Site site, string key) => (await StateOf(site).Collection<Note>("notes").GetAsync(key))?.Value.Text;

    /// <summary>Work that nothing here handles, so that it stays.</summary>
    protected Task<Acceptance> GiveWorkAsync(Site site, DateTimeOffset? notBefore = null) => Queue(site).AcceptAsync(new([new WorkItem
    {
        ItemId = Guid.NewGuid().ToString(),
        Kind = WorkKind.Job,
        Key = "nobody's",
        NotBefore = notBefore,
        Payload = Encoding.UTF8.GetBytes("""{"a":1}"""),
        Origin = new(Now),
    }]));

    protected Task ToldAsync(Site site, params string[] changes) =>
        UntilAsync(() => Task.FromResult(LifeProbe.ToldOf(site.Id).Select(told => told.Change).SequenceEqual(changes)));

    /// <summary>Waits for what is done behind the calls; a cluster looks every minute at what no activation waits for.</summary>
    protected async Task UntilAsync(Func<Task<bool>> isSo, TimeSpan step = default)
    {
        for (var i = 0; i < 300 && !await isSo(); i++)
        {
            if (step > TimeSpan.Zero)
                Clock.Advance(step);
            await Task.Delay(20);
        }
        (await isSo()).ShouldBeTrue();
    }
}

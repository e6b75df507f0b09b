using ForgeOrleans.Conformance.Probes;

namespace ForgeOrleans.SingleNode.Tests.Hosting;

/// <summary>What this host promises of turns beyond what every host does.</summary>
public sealed class TurnOrderTests : NodeTests
{
    [Fact]
    public async Task A_call_to_an_idle_actor_runs_on_the_caller_s_thread()
    {
        var probe = Node.Actor<ITurnProbe>("key");
        for (var i = 0; i < 20; i++)
        {
            var caller = Environment.CurrentManagedThreadId;
            (await probe.RunAsync(new(i))).Thread.ShouldBe(caller);
        }
    }

    [Fact]
    public async Task Calls_to_a_busy_actor_get_their_turns_in_the_order_in_which_they_came()
    {
        var gate = Guid.NewGuid().ToString();
        var probe = Node.Actor<ITurnProbe>("key");
        var held = probe.RunAsync(new(0, Gate: gate));
        var waiting = Enumerable.Range(1, 100).Select(i => probe.RunAsync(new(i))).ToArray();
        waiting.ShouldAllBe(call => !call.IsCompleted);

        TurnGates.Open(gate);
        await Task.WhenAll([held, .. waiting]);

        (await probe.RunAsync(new(101))).Before.ShouldBe(Enumerable.Range(0, 101));
    }

    [Fact]
    public async Task A_caller_goes_on_whatever_the_turn_behind_it_does()
    {
        MemoryProbe.Blocks["blocking"] = new(0);
        var probe = Node.Actor<IMemoryProbe>("blocking");
        Database.Execute("BEGIN IMMEDIATE");
        var first = probe.WriteAsync(new("row", "1"));
        // Called from where no test framework sees to it that what goes on afterwards goes on somewhere else.
        var second = await Task.Run(() => Task.FromResult(probe.BlockAsync(new("row", null))));
        Database.Execute("COMMIT");

        // The second keeps its thread, but not that of the first, nor anybody from getting into line.
        await first.WaitAsync(Eventually.Patience);
        var third = await Task.Run(() => Task.FromResult(probe.WriteAsync(new("row", "3")))).WaitAsync(Eventually.Patience);
        third.IsCompleted.ShouldBeFalse();

        MemoryProbe.Blocks["blocking"].Release();
        await second;
        (await third).Before.ShouldBe("1");
    }
}

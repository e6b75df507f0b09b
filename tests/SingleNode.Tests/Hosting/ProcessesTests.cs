using ForgeOrleans.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.SingleNode.Tests.Hosting;

/// <summary>Which processes run no more: all but the one that has the data.</summary>
public sealed class ProcessesTests : NodeTests
{
    private IProcesses Processes => Node.Services.GetRequiredService<IProcesses>();

    [Fact]
    public async Task A_process_is_gone_once_another_runs_on_its_data()
    {
        var own = Processes.Own;
        own.ShouldNotBeNullOrEmpty();
        Processes.Own.ShouldBe(own);
        Processes.IsGone(own).ShouldBeFalse();

        await RestartAsync();

        Processes.Own.ShouldNotBe(own);
        Processes.IsGone(Processes.Own).ShouldBeFalse();
        Processes.IsGone(own).ShouldBeTrue();
    }
}
